/**
 * The example of draft-ietf-lamps-pq-composite-sigs-19 for id-MLDSA65-Ed25519-SHA512: the text that
 * is signed, the two seeds, the public key, the signatures without and with the context. The seeds
 * in hexadecimal, the longer values in base64url.
 */
export const COMPOSITE_EXAMPLE = {
  message: 'The quick brown fox jumps over the lazy dog.',
  context: 'The lethargic, colorless dog sat beneath the energetic, stationary fox.',
  mlDsaSeed: '23a578205289555e65ddf567601cb4715fb593a7796a8f71d668c3bca876d937',
  ed25519Seed: '60e9741f5fb8a68b3c490b93e4aa0e5d82206ef3b8e2242e1bcf4729f2e146aa',
} as const;

/** Names the pair of algorithms; the context of the ML-DSA half. */
export const COMPOSITE_LABEL = 'COMPSIG-MLDSA65-Ed25519-SHA512';

export const COMPOSITE_PUBLIC_KEY =
  'lJHqFchj4m-jxLow4ARGz_Vgrwa0hpIrPMgTOBx6DouPmdO0P88unCWMDtG4ZFkRAkghkdXzsNTNqXzNws_PypD4w86l' +
  '-KOGB_DrAJMZZK_Y3ndi6P-GQPbsOu_yoaHbiSFPb1g54PB9F2PxtNj2IvDwXmx_96weIwpf_FgKzbe5S6AA8wGfS-B5' +
  '5YV0__-Pl2xPOiGjs6f-XiIrwi1aLsm1sRjT2ZUqnXGXGwK3CbOFDnTyreR4ZRlrCVvTAYtkkhEMZbD7NML6HhD6LpyR' +
  'Afdm8DKcvaSSekOdf0KIPdBJQ0df5BS5XOoW3SUzSDHmEa8K4B3j0x8VdZdIDjH9qXGreJpH48ruzC_P-URwNihiS9jZ' +
  'RZJkg3kZrbnBMXEQTCfM5CCx9_sU4Rm7WVHSPkGsaSRIHbcZSN3xBzgW-ZvdaP7e-SGcqdV6-KTUSZlOMknc2-_VpZ-v' +
  'uL8AAUcYKQnnsg0zRSkWpgNRxtKpuCiZwpoSfF2GFdrr44TvZ6zpQym8EuhzZEy0JCjMzPuRd2OCPQm4JpIvRwnseJZ6' +
  'IDdT0g2ji_pFIo2TdXzs1SmiemCyAPSGTQPUD3DDOXWvbTuncOA-bCbXpv6NbCtZESIZBLb0XH3Wh6xrjq26KSEx_cWI' +
  'QadiY7l5drmm_3oFFkWbkgC9Ohi6wH_VnXrcXfHoMLJZdRh36sD8S7YGTBjZ5wQQqjEqU3eZt-HZ_MUyU4YAF10eunWO' +
  'yhEKx73atWleDEilbqbgLmAvmh0JC3EuCvPYQIEe9pjNP6-2SKTSTPS3FmVJvlxwRyVzFiSiR9ae3qYCbiopTHW74LNZ' +
  'PPq7gIe6PQBYXEX4P_9v62AYsd4uOaQf8_xURZuEbQxyBQnKAyhw_h-5lqMEgoRndJBFyCspeQUFKV1PTpKfDzx_8vtJ' +
  'wKoknEYrCJ2LPqlC0dgFUIcFy5T9jMGDuVfJoX2L2XwIHw-mhSar3iKUDfFsOrculjZPTocLfghaO7UL-76PdmTuT9Zz' +
  'AAHS3odX-w-xn73iagS0Xy326_oySZdsY247Uf1RXBAERWKVolclnA9OpRrY9H1HgyWa05hw1GXDnFivAWSsLO6pqOhc' +
  '2MFuZ-kpjJY5jQlW1IWecxYWtVhzxdJQlRBZisBLK55_0AUc5EbWepCNl6OCpi5l49T8TU1DJbZy4VxYg5KiTuoB3vZz' +
  'Hs4Eqb25V4QnB7rxA33ZN8fNFfxeUlDvQkOTPJ9H-HfA5QAE3xFHK9ai1QcR4Jjzp6--eKG9lYAgxQvC54yLLMoUGtpw' +
  '9mL0iAF_Q3lgp91kn0_5B1FJsKg6n0i484o8fHxFlcMVb5d_N9qQYvuqZV1qjjMrs1h0jBISA3xMmKKuZnUyvJVjOUOk' +
  'eJ3ys-RTGjmmfr4CW_57FBVbv2FVG83YjrFI9ZfW_Fly4wbatKTXTyEyuy24MJO-l5HyD1ZBAJPVkYMNjmfXjxg4DwqW' +
  'CykFaS7mbfHyfpUxPDxOvv8zyQeNl73mOnUQyvMbFwXYH9tXNpBRa51j_6odj1WdYwXHWlvIX0yyeG2pf7n-15qea5t_' +
  'S270KVXV0TpA-YP3vuEHvMqunLEMXoRYtc-8QkGKHGA1Mg7gktc7QwZiZDxbczqMk3a7UHrzP1Vix7BnZFDxrqg1McpT' +
  'wUL0132I46AcNMm8olftt_mcVi3y9S-1Dtfp9T9TiHvDc6JiYMiTqppqHUB2Td2ozB8QJknj9SDI3PQ5eUwjzQR-DCFv' +
  'olAkNVL7c-k3VVuOAO8Pwt3mcQx_JbVbbE2ZYL2028RYi5Piw8JUDAN2q-nG-0XdyhtkMnoDUx8xVzrPbQvNmhpZ5Kli' +
  'ta9O8p9N5YkVZ-rNgPV1-fuleGINKuVK8GVsMhOi4DErKg7QIlXOGWzkW_6IMpMYOJ53CVFpDbKlwq7NONKmqzeUwgaV' +
  'We_b1644knSdnyDcpg0S49Re3-294Qa12fHsg1PbVgGyLuo0qdBSmr-YBkHFHiTplr6oGKfBqfqjZWMCwnWyCLyJsylq' +
  'jnbHRrgfmpujTWIg7d77qBaBHfVLi8Nb3CsxMwmI11Vmlr4Px4aYXdtKnxaQ9earCTRv244JXw0KXvi4jl-owWp8DdLQ' +
  '3JFAfZmN82qDcz1JaOTraV2uMJFmsfI1A6Qg126L6lW0pTdjI__7MWtDzTatxbAJvTCZrhGEVQYSztJT2aLrUcgOYrmO' +
  'iOH6VpDKtnYomnbiJGhHM546GqOwjoN9U91gMF6b2Alfkjx-sPtyMyUlAXJjknUQ35UJzMsGxlFmDdl5V6UFdFJAZUUR' +
  'QiUIKwDg1l24JtK6Or4llhSckJ37CGtjU8SwsEe09C_SnTXHP61uUMgeCfKhZVUIjZM60nwyxq4AX3NMXTekAz_j4Uvr' +
  'KybfyueWKiiJ8dwmmHamfFLKkNjboAjq0EJzlyfFB62F7asCE9RiUpmcAGag9Dzuf-Tn35MMir_KT1lMJMqmyO418uL8' +
  'DnrMzrMONeTEUqivkv9mcvI2lk97DANDBXLCvq_TNF_PZxjlGu8wxg9PrJ-VgM7RQp4_8_COtEmbqobGzRQTvxg6qP-D' +
  'rz3-fiIUIvsWwlWyxHk3P86gKZJCyBTqGIGD-DYnsTyWMDrhIcjcHh8brfzIP_vV2FBP2g';

export const COMPOSITE_SIGNATURE =
  'Fxh_AyW-vDUEOBaRjZgvhcgBJWxZG7F3srk-MQFAn86a2iNyE4ao4VordDdneekbIWRWOZlL7oRTdG-LzOjaEajDIYyB' +
  'pbnoOWRfJueizqcfa9J0hs9E-Yy83JPRDlyLhm512PgF-N9ng8b13ThGqd24xRaMVg4J7M2sZePHfLsURo76MQwyzMI3' +
  'SuBzan1wQyfxHjxcdPGo87gXQBmkWYpbx4lbSufgf2jSfl92YItblKAyN6Dk5aU_VOwb3cp75eM-TS7JpKX8HIg0bkUj' +
  '2Oqwymbr1a8JMbk7W7xMU-OcAFRcAj-e7Ju1-TgPGm7IfDKrjLD6DVs9MwZ4fnr5RnoyIVWBQ-vbNGL6EWRjGJc1a7WH' +
  'BVAbHDrNv1o6Rb6cwnGMv-wBUBh2Gn4a0_jgIBZx7beVWF-1EwOReswwuYRHi6vmtIkXkmi7Pa9TcTcDyjTA1FgJxhpk' +
  'e0CMWY4kHcs4-2oFMcsnhpx2H0ck_8XTTg0maM77QQHhmkd5RVdAMGnbjaTSQPNOo1otHSNL-kp8TILiOoCeoRKzypTR' +
  'fJ8wM9rniqAzzaYW9YfdjKOBt5acMkCvSx0bUuF53V9nIgLgAOZFx2BV2MBJQOiC95SnJpJ8SMSFuQJk6OSLy0crn8mW' +
  '42D41KSGzoxTShQMu3S0v-LY3it4ixggFQUhQd1urVpKD0Iu4u7AZpg2G_G9J9cjDp2met8F6BjEKKZbVZg1YuhnPiLI' +
  'Rc9XhTHAtpEajjwmOiShljrcDu5zYk-TB_3nbCCz6m_gy0BEw4LCuiotKqBrSR4EnrgjTSfBRDXEuSFy-krJ6tHxnHKk' +
  'wbxqLAeXkPOP7KX8OnzotuyethttX4JUg06UfS9TVGS9jy7dTLJBy0VvZZSDnyfK1lyfg4pFcPGGHlyH4ie8vlryIpXb' +
  'OjsM2CdaJDYhG0IPOSJgSQJUUWIsL6wFv7vcLpAdPlOKo8PsBqp6dOr2JEH3xHkADCU3aQtibuT25KZNmYLaanb8_vwC' +
  'jgFcLa2lheCaKeHwPRwqKLU9bJbX9mPJZ_3_MVk0ocyZb_Il1pEQL0oKkpcpX__xGggJas1CtvQFRJPtJNDe_ssnhGQ7' +
  'yfHzA1F9Tc9jCfhHM3xFwXwypoeV1RbpPxXdwQUfLzYNVfVlHblftQTYjfBAmtQvnnAVExwPUcPhP6JCrIczDU4lWP55' +
  'xJf9bpNd43_-_6ubp9tv2YTQev31xM937nVZqBDOPozJFSZaGnuq9p-WIFiYMtjfhK2J0aTWQWpDIpIq8r1uGznkSjI_' +
  'NhUmupVNzG5elBxSrTfJIhzel2XNKZt1yDklX8GaDDlrK9yRru6dSmbHNnmPO1qgfNjey63vf-edoWmrCzUVDt74rBAz' +
  'khVEvMwved_c1n0BVKK6TLlgzFI1U0DwI29wYiBqulMIeATORHAC6oFRNE4CQk_fgWxJco-rAKPFm_16S5eT-iNSUhEw' +
  'Q7DRcrFuEY-Ao8negVJxq5PMXhiKI1MU02gFoYMEmQi-DriHMLAQerKlUJ2P7ecRyOCy-TETlAsyaJHwlDrlQbAEVnIH' +
  'idzILHMjRHW6qjEPZ2yAYins0l2n_shsQwZwD8sT-H8ya4JieOto0KpI1nHntvM9u4RgJaQBnIeuPWbQMYCXY_6ah0_L' +
  '4-gnIrm6yM4G6l3vovupqUnrWO9t3MIXATDoaYu-iSFd1iYNEy7PPLVlXott5zs9TMTdlMJZhnnwEr2jiuwvXoPV6Gr4' +
  '_CLUXzw0N2So4nHwBbDeSWeq9DCVJ3Knrf_mMhunONK81NZj03nBSKuEtwPZKhtRVugTKNSh88FMXnymc-bxNNydhGW6' +
  '6fBw-dAFUOPDh9HYAIBSpLuPHBOxsHd-5eALled3gjnSHh990tTlfc4eBG0ncckOQjKn9MWejU4RLydc0nWhsKzJ_zFi' +
  'cix5mH_cjUoas6ejhUPP_e56sy7FTnqK6V_nZ_l9bfCdpmjkn6ii1iXpLVzDlPjUjBGwZqG4NO4-hEzqO9CmPk6mErjL' +
  'v_DwxLAOIK2gDr9w7EeAt42kM8pooLK_FwGiT5s86d5QNwS3gXsIGjzkkYG3uPNaOyD_mUH2XnLo0WI-ZW6YwIUwZ90X' +
  'IE_cvoJT-I-b-vRlCz5uubESAUDv2N9LSrxZkRK-kPJJGXJoLM_vJ6eZfNUH00E2_t8_wThXlh4T-WeMO5QTo4Sb01CX' +
  'WzpUpXRmwxxLm72duZLVo2ewDlUula1IBMU4UOPIzghJQ1Y41lPX0nbdm4xC_pZVAYMt5WvrHWL9sA_A6EJ7REpQ8e8W' +
  'NRZz804UDr9odecF2O65LSKZTT0362UqibVwsDkAa2paxn62luSAuC2jicLCdXBga5Kz2HGjccZoUwi0sAM0wtYe_5cE' +
  'ulzOQAu1YrvNoJpI7AlIIYukEesyRvykbGG9iL5Rq0lctWk00J8I_u7wOnxJbQwjPnRyNg988C2fEELR8uAXd2KU0-J3' +
  'zK7tqxNQs1AN9iqGJuObEWj9H0FRc5pQ3sloY-HBvKEcy3sz_2CgMwpqt_m5NonLvQIuibbKut2xR-moa4YoJO54qKnB' +
  'VjPXHZy2glgVSLMJbcMfDfyN-pJKWl64b9x5F19D_wUCL0FuwQ01uLCrs3dg7jcfMXOzx68GVzA3vBBxoatpsCZnHVNH' +
  'na-HPhmonNaZD16unsJZqQ5KF5dKeqJys4eC-wsEMP0-w0v7H2Ta0XbLK6gn56FNeBXNCBAoHVmQk0Q5nLmP5Zv7xmIy' +
  'IMS7Lqvp2yb6GHK2n2Qv2-tKYbIEfq-l4FIMp8_2x7tcaCoBDZ6NAMaelrk00TpkDVUXIauNVQE1omyzt_4wE16n86Yn' +
  'juChvC-sLkEntsaAEnKHANqIzPD_WeM_9LASJzcedlufqbGA2igK38twHJ1vBwHtaKCYx6CzoQvOh6SydXxRD4hMHprS' +
  'lBUtv76mxtBxEeBkg8iBLNVhmEVTqj70BrsyvoKBp7DMivgWn_8vG5FiZ0lLAJwR_49MpMFKGDyfgms7xWbBmumhYHlw' +
  'IDKTH-wQ0DU-RVcyJ24ETMbrPL8BDjE6_7Zj_xa3mRuWBOYkkpd569fuE_lUWohiZQ-3UAg14JlMsFvNLTAd1DZPhR_G' +
  '6lqNy_fe6NYnfUHM-qbJc4aZCrvsZzi9_751ytzmxKCEqaujeIVCDjmKg6BZfs8RAWQ0AVYhb42MAAnTt2iqgrtSUxlj' +
  'uuaFZHnjtMubokO5EJvQzGTg2SD2hYEWG6XRVnMFWKMzDHDVQLbDvn91znvMNABXZMp0WWw4UaxwBa0u3AeIHnlg6sxo' +
  'FNiz9WcaGAu2trHDgjdO1wsCmxulunxzmOkBIO3Varc7ctvTtI10yWCfgMJHTXH4aCTbutUIgBw9jF2-SZMurzvrygOW' +
  'jhCaew8PopVJ320XUzOrKYgiF9Qx_FhZR0972atOq52HdODl_WXy2tk2rzP1LNHWhy0K59FwiUNubWa3q7ZTZ0saGA9c' +
  '0e2QbYGAc9MgMKXB9mthuLda7V35EhM_MAHEZ-8Qk75GYPu3Ef8_nJzEYdJGKliNtaFY-iUZutWLNuMEQcIcuRmBRhFH' +
  'nI_75akCSqI2v6Jxe1n4h_TzNqpsC8shZ7ewsJVNDQ8xucysUPjqVhQ6pNMhyddUSo-ajJm9ZOXHXTmgGOS4dtFajI75' +
  'QAHxyzEMPCg7AMTQ1JOV2SOtgqBO1MhEKJIC2G46ZCW0MTklRdQ-VgcDe5Zd4zvy3qYHv_J5cKy8OiLZ_90BNR8_eh1z' +
  'ycRG9BLED5nNJzpXZZmKgbTrfIPdHtjo4Unv3nXvn57_x-FKegcblMPlUZemQmxSF0OY6v99-HXQ7I-sYY0tK9j8L1vz' +
  'UkUonwUBCa0-hQx6elg7OMJ2hLTBFP8kSdI-y7qN0TnY0SL6eQm1ayMBkK_geJpMyKAHpUMM8WHR0wJgWz2kuBFNbT6G' +
  'DtF3f9vqU7-a9NmuzcUixiDIzEnFAyKeN0SFIDkejIkapjAcrFuWRN8lCs2Sjzwh6LQ5Tdv3AhdO5bgNh9aRULWYjXqk' +
  '05kVLZxv6ONuWhNYWRhVG2wxBme9kF2u6PKxbF8yjmfkTdn_pVyyQKgRzlCmVPX0Qu0bFAjXmhgc1lzQYBkCMWrvIlN5' +
  '4-a2FxN71sMELqf6z9cJVPKSQt5JzgTIOHygYlCtQqZ1wynsC_BswnYkT15lJZsPaz6MQxiJwmOR4XuXhDrI1pD6BWkk' +
  '1FAfzBnIS0sPVgE0yqqhxoL2WlVQqf01aa43kNoZHwHE0fSJnynk4gRcBsinWHmw_Agi02lytNddP6PUKsNROGeRZaq-' +
  '-AXJLrwaO22NrdkEBy0xMjU9T565FCxKdhYbWOABAhMfcrm-y8_R2f0OOWV5jrTR2e4AAAAAAAAAAAAABhAUGCQtS-Qw' +
  'p2u3GEqTvmduwfKip6qsRtx1CHyQ9MrV7V3OiI3kb7N99IqGEHLedwNnzpChbu_EjLW1gNehm0bSGvlKBQ';

/** SHA-512 of the message, which both halves sign behind a prefix (§2.2). */
export const COMPOSITE_MESSAGE_SHA512 =
  '91ea1245f20d46ae9a037a989f54f1f790f0a47607eeb8a14d12890cea77a1bb' +
  'c6c7ed9cf205e67b7f2b8fd4c7dfd3a7a8617e45f3c463d481c7e586c39ac1ed';

/**
 * Deterministic ML-DSA-65 signatures of "hello" with that seed: the sum of their pieces of 32
 * bytes, by exclusive or.
 */
export const ML_DSA_SUMS = {
  withoutContext: 'ec0b9c404e47167de599bc264a3b4289da54ab577362bc8c84e7a79b1ba5f440',
  withContext: '5f4a3a3b6f836f0e3a6f01b99e569eba9e6adaaeede311bad97d07fb2613cfc3',
} as const;
