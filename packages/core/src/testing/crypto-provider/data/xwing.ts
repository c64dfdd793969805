/**
 * The first example of draft-connolly-cfrg-xwing-kem, appendix C: the seed, the seed of the
 * encapsulation and the secret in hexadecimal, public key and ciphertext in base64url.
 */
export const XWING_EXAMPLE = {
  seed: '7f9c2ba4e88f827d616045507605853ed73b8093f6efbc88eb1a6eacfa66ef26',
  encapsulationSeed:
    '3cb1eea988004b93103cfb0aeefd2a686e01fa4a58e8a3639ca8a1e3f9ae57e2' +
    '35b8cc873c23dc62b8d260169afa2f75ab916a58d974918835d25e6a435085b2',
  sharedSecret: 'd2df0522128f09dd8e2c92b1e905c793d8f57a54c3da25861f10bf4ca613e384',
} as const;

export const XWING_PUBLIC_KEY =
  '4iNrNajCSzmxCqEyOpapGaLO2IQAYzp7BxMXE_wUsrWxnPw9pfoaksSfJVE-D9MNaxYRyauWNdcIZyekt9IdNCROZpac' +
  '8Vs7KnhTKfYbCWsnfqA3ODR5prVW3nIx_kt_qcmsJMBpmgAYpSU0AbrPqQXKgWVz5WotLgZ-m3KHUzuhOpN97bMfpEus' +
  '7UB2mSNhADSuMeYZoXAkUZmzxcOYZIWf4bTJcXoHwwSVvfuYoKACzPVsEobO9QQd7ePETPFr9WLHRIUYAms9i5lAaAq9' +
  'OKFXX9J7WNoGO_rDLDnDCGk3TAXBrrGJi2swPMaL5FU0buCvaZY2IkoUjKKuoQRjERxwn2m2nHDOhTh0ZpjExgqa7wAw' +
  'x5JM7sQqXTaBb1RerhMpNGCzrLN-oOE9cOSqeGhto5ioOXwI6vloghE_5Pe61NpAsFAeHHU-_nMFPIcBToZhwzCZr-i-' +
  '3kFKWxqifYOSs-Ex6acMEFWHgkDK0PQNX-PN-FI26tl-KpdEg2OygIyq_VFs0lBSxcNiVDwlF-Ss0OYOwHFjAJtkJfwy' +
  'J3rO5xwkurU-2fKedMZqCjVklVmY12uWqai1DRY1pNemfrQt9WRNMwRXKTqAQvU8x6aSiPF-1Vgn6Cso6CZlqGoU-9lm' +
  'ReyoFywET4O8DYwLTIYmmFYxyoevgpBo8TWJY8szNmTKSCdjujs7sghXf5umrGLCX3ZZJ0O2S-UZMXcUy0ECy3svmiWy' +
  'tPBhXeMd7NnKVQJtbaC2URGxb-Uv7tikh-FERiptupNyj1ALb_xJ5RVWnvJf7Rev9SBQc2glNSWGD1i-O-YclkYEpqyB' +
  'Tmk1WWQCpSCkZws9KEMYhmWT0VpLsBw14-WH7gxn0ogNbyQH-3pwcSuDjeuWxde_K0S89gOMy-M_vPUaVKWE_pAIPJHH' +
  'ptQ9T7FfSMYML9ZuCoqtStZOXEK7iHfA6-wrXjh8ipiP3CO-ueFsh1d4HgoUmcYeE4wh8hbCnQdpeYccqmlCuvwJBUS-' +
  '6ZtUsWy5qaNk1iRtn0LM5TxmtZxFyPmukpmnXRUYDDyVIVGpG3oQdyQp3Ey65vzGIvqAGMY0OfiQYwuZKNtrt_lDiuQG' +
  'XtNNc9SG8_UvkPCAfciN_djHKOlU8aw1wGwADOQaBYJYDju1e2cpcokKxeeYjnhQZXEW8bV9CAmq7ewL7eGuFIFIMRxv' +
  'fjFzRuUYn7jNY1uYb4wL3SdkHFhLd4s6kRqAvhyWkquOG7sSg5VzzOGd8YO0WDW7tVBS-fxmoWeO8qNt6nhBHmyNYFAb' +
  'TmBZLRNpipQ7UJGF25EuLqEL4GFxI2syfHFxYJTJZKaLAzd_UToFvNmcHzRlg7sFKXehChKt_HWANOVhfaTBJ2WF5XdO' +
  'HzuZeLCdDpxE07yGFRxDqtGFcScXNAIjrDgdIRUKBClOl7sTu9ohtaGCttqWnhmn_QcnN_qOiApTwkKOPQSbfSGXQFKW' +
  '3bNhkSp7z0gnztYR0Men2hBN3kMiCVM59kph1bsQj_C_TXgMrlCfsiwlaRQZP_c0kEJYEjfVIoKIJO4739B_sD8flC0u' +
  'oXn-ci8GzAPeW2mFntsG7_OJsn3OWYRFcCFiI1k9S6MtmrrIzQSQQO9lNA';

export const XWING_CIPHERTEXT =
  'uDqoKNTWK5qDzv_h09O7HvMSZGQ8BwxXmJJ-QfsHkUonP4-W54Js1TdaKD19qIUwTF3gUWoPBlQkPcW5f4v-uDH2glEh' +
  'mqvdcjvGUSBBrLrvivRCZVJJQrkC5o_9IyIc2nCxtV13apLRFD6joMR19j7miQFXxxFtrj9iv3L2Cs0ruMwxziug3jZP' +
  'UrjtOMedcZcVljpd04QtjotDq3BOR1m1MnvwJ8Y8j6hXxJCNWop7iKx_K-OU2Tw3Bt3U5pjMbONwEB9NAhMlQji0ouiC' +
  'G25BShzyD2wSRLaZBG9aAcqgoaVVFjALQNIEjHfMc6-6ea_uqdLAEYvfKtuIcNwyjFUWzEWxogWBQQOeLJChEKnhazGN' +
  '-1O9SaEm1rc_IVeHUXuJF8wByr0QfQaFmFTui0-YYcIm03ZMhzOasWw2Z9L0k4TlVFbdQEFLcKavhBWF9MkMaHJdV3BO' +
  '6O585uL5vlgtvumF4Dj_w0br-04iFYtshDdKmrSkTh-R3lqsUZf4m8XlRC9R-aWTexAro76uv24cWDgKSl_tzkpOUCb4' +
  'j1KPWf_S20F1Kzo9kO-r5GOJm31AhwxTDIhB6HErczZo7QM62_r7LUnTekTUBk5YY-sK8KCNR7PMiINzvAX3ozuEG8JY' +
  'fFfraVVOijdnt1BpF7a3BJhyfxbqwaNuyNjPr3UVSfInfbJ36KVamlEGsjoCBrRyH6mzBIVSxb1bWU1uJH84wYxZGup_' +
  'ViSccs57EXr8w6hiFYL5z3F4fhg97gk2eXbphAmtkhekl9-IgEI4TXcHprePX3-4QJ47U1F1NzRht3YALXmcutYoYL5w' +
  'Vz7L4Tskbg2n6TpSFo4Ptql1a4le9_AUeg3IG_pkSwiKkigWDA-azxN5opQc0owG68gOROF6ovgXcBCv14qXzgho0WKe' +
  'uylMUVGBLFg9rriGhSIPTakRgRLgcEH8wk1VZKmf294ohp_gciOH16mk0W4cyFVZF-CZRKpeuqrsLPYmk6-tQqP1GPzm' +
  'fSc8xsn7VHKzgOhXPsfeBqO6L9X5MdcltJMCbLCsvT_mLQDkx5DZZdegOjwLQiK6jCqaFuKsZY9XKuDnRur8T-ugI1dv' +
  'CJQieKBB-4KnClldW6y_KXziApiYpx5cOw0cYii0hbGt5QmzX7yn7Kl7ITLny2vEZTdRRrfc6slpMIrAwqyJ54Y-uJQw' +
  'FbJDFMr7nHwOhf5UPVZljCE2Mlme-r_B7EndjIhUe7LMQMnTjL0wmbRUeEBWBTHQGIzR6cI6Dr7goD1Vd9ZrHSvLS6ry' +
  'HMf-8eA4BsqWKZ3w37xW4bK0Pk_CDDf4NMSvYhJ-fa6Gw8JaL2lqyLWJ3scdWVv76Ute1LwH2ACzMHlv2ontt3vgKUE2' +
  'E5NU64zTdZFXj5xgDdm-jsYhn91Qet8zl-1NaHB7jROyTOTNj7IoUb_p1jJAfzHtb3yxYA3lbxdXZ0DOKjL8UUUDAUXP' +
  'uX5j4OQdNUJ0oHnT5vsuFQ';

/**
 * The ML-KEM-768 within: its seed is the first 64 bytes of SHAKE256(seed); public key and
 * ciphertext are the first 1,184 and 1,088 bytes of those above. The secrets, which the draft does
 * not print, are what noble and OpenSSL give: for that ciphertext, and for it with the first bit
 * flipped.
 */
export const ML_KEM_WITHIN = {
  seed:
    'c44829d2b269887f6150dfaee5a25a704cbc607e57d18a2ffc8734633333cff0' +
    'f0fc6fa4e4827531168087ef223e9b070c5a78a789fd46d4c604d69b1139d4da',
  sharedSecret: '7631eaf24bcc7ba2d1656d8f53778f8caa5f1ce33180e8ab405b9247eab76dfc',
  rejection: '25cf71219f8b5adb5207b50eacc2fe9af9b21b1b638152e8e0b06df0eb5b5e72',
} as const;
