export { aes256gcm, ed25519, hkdfSha256, sha256, x25519 } from './primitives.js';
export {
  availableProviders,
  createCryptoProvider,
  defaultProvider,
  defaultProviderFallback,
  defaultProviderName,
} from './default-provider.js';
export type {
  AsyncPostQuantumPrimitives,
  AsyncPrimitives,
  PostQuantumWebCryptoProvider,
  Promised,
  WebCryptoFallbacks,
  WebCryptoProvider,
} from './webcrypto/async-primitives.js';
export {
  CryptoOpenError,
  CryptoUnsupportedError,
  IdentityDestroyedError,
  SessionUnavailableError,
} from './crypto-errors.js';
export { canonicalize, JSON_BYTES_MAX, JSON_DEPTH_MAX } from './canonical-json.js';
export type { CanonicalLimits } from './canonical-json.js';
export { parseCanonical } from './canonical-parser.js';
export { constantTimeEqual } from './constant-time.js';
export { DST } from './domain.js';
export { derivePairwiseKey } from './pairwise.js';
export { IdentityManager } from './identity.js';
export type { IdentityOptions } from './identity.js';
export { REGISTRATION_LIFETIME_MS } from './new-registration.js';
export type { RegistrationOptions } from './new-registration.js';
export { CAPABILITIES_MAX, CAPABILITY_CHARS_MAX, memberKeyId } from './registration-record.js';
export type {
  Registration,
  RegistrationRecord,
  RegistrationSignatures,
} from './registration-record.js';
export { checkRegistration, CLOCK_SKEW_MS_MAX, verifyRegistration } from './registration.js';
export type { RegistrationChecks, RegistrationCode, RegistrationVerdict } from './registration.js';
export { allowList, trustOnFirstUse } from './admission.js';
export type { AdmissionPolicy } from './admission.js';
export { MemberRegistry, MEMBERS_MAX, TOMBSTONES_MAX } from './member-registry.js';
export type { ApplyResult, MemberCode, MemberRegistryOptions } from './member-registry.js';
export type { Member } from './member.js';
// the second suite, invites, removals, and what keeps an identity
export type { AdmissionRequest } from './admission.js';
export { IdentityPasswordError, PrekeyGoneError } from './identity-errors.js';
export { INVITE_LIFETIME_MS, INVITE_LIFETIME_MS_MAX, signInvite, verifyInvite } from './invite.js';
export type {
  Invite,
  InviteChecks,
  InviteCode,
  InviteOptions,
  InviteRecord,
  InviteVerdict,
} from './invite.js';
export { KDF_COST_LOG2, KDF_COST_LOG2_MAX, KDF_COST_LOG2_MIN } from './identity-file-limits.js';
export { FORMER_PREKEYS_MAX, PREKEY_KEPT_MS } from './prekeys.js';
export { signRemoval, verifyRemoval } from './removal.js';
export type {
  Removal,
  RemovalChecks,
  RemovalCode,
  RemovalOptions,
  RemovalRecord,
  RemovalVerdict,
} from './removal.js';
export type { ExportOptions } from './sealed-identity.js';
export type { SignaturePair, Signer, SignerPublicKeys } from './signature-pair.js';
export { signedInvites, USED_INVITES_MAX } from './signed-invites.js';
export type { SignedInvitesCode, SignedInvitesOptions } from './signed-invites.js';
export type { Suite } from './suite.js';
export { CHAIN_BLOCK_MESSAGES, CHAIN_JUMP_MAX, SenderChain } from './sender-chain.js';
export type { DerivedKeys } from './sender-chain.js';
export { createSenderChain } from './epoch-chain.js';
export type { SenderChainOptions } from './epoch-chain.js';
export { SKIPPED_KEYS_MAX, SKIPPED_KEYS_TOTAL_MAX, SkippedKeyBudget } from './skipped-keys.js';
export type { MessageKeys } from './skipped-keys.js';
export { REPLAY_WINDOW_BITS, ReplayWindow } from './replay-window.js';
export type { CounterWindow } from './replay-window.js';
export { REPLAY_WINDOWS_MAX, ReplayWindows } from './replay-windows.js';
export type { ReplayWindowsOptions } from './replay-windows.js';
export { PlainSession, SessionKey } from './key-source.js';
export type { EnvelopeKeySource } from './key-source.js';
export {
  ENVELOPE_BYTES_MAX,
  ENVELOPE_OVERHEAD_BYTES,
  readEnvelopeHeader,
} from './envelope-format.js';
export type { EnvelopeHeader, EnvelopeKind } from './envelope-header.js';
export type { EnvelopePayload } from './envelope-payload.js';
export { sealEnvelope } from './seal-envelope.js';
export type { EnvelopeFields, SealKeys } from './seal-envelope.js';
export { ENVELOPE_REFUSED, openEnvelope } from './open-envelope.js';
export type { EnvelopeCode, OpenedEnvelope, OpenOptions } from './open-envelope.js';
export { VERIFIED_ROOTS_MAX, VerifiedRoots } from './verified-roots.js';
export { BATCH_LEAVES_MAX, signBatch, verifyBatchProof } from './batch.js';
export type { SignedBatch } from './batch.js';
export { BATCH_BYTES_MAX, BatchSigner } from './batch-signer.js';
export type { BatchMessage, BatchSignerOptions } from './batch-signer.js';
export {
  decodeSignedEnvelope,
  encodeSignedEnvelope,
  SIGNED_ENVELOPE_BYTES_MAX,
} from './signed-envelope.js';
export type { SignedEnvelope } from './signed-envelope-fields.js';
export { ARTIFACTS_MAX } from './receipt-fields.js';
export type { Receipt, ReceiptFields } from './receipt-fields.js';
export { receiptHash, signReceipt, verifyReceipt } from './receipt.js';
export type { OpenAssignment, ReceiptCode, ReceiptVerdict } from './receipt.js';
export { artifactId, verifyArtifact } from './artifact.js';
export { createHandshake } from './handshake.js';
export type {
  Handshake,
  HandshakeCode,
  HandshakeKeys,
  HandshakeOptions,
  HandshakeRole,
  HandshakeVerdict,
} from './handshake.js';
export type { HandshakePeer, PairwiseOptions } from './handshake-options.js';
export type { HandshakeProvider } from './handshake-pattern.js';
export { HANDSHAKE_TIMES_MAX, HandshakeTimes } from './handshake-times.js';
export type {
  HandshakeTimeCode,
  HandshakeTimesOptions,
  HandshakeTimeVerdict,
} from './handshake-times.js';
export type { FrameCode, OpenedFrame, ReceiveKey, SendKey } from './transport-keys.js';
export type { SessionExporter } from './session-exporter.js';
export { PAIRWISE_FRAMES_MAX, PAIRWISE_MS_MAX } from './session-lifetime.js';
export { winsCrossing } from './crossing.js';
export { HANDSHAKE_RETRY_MS, PairwiseSession } from './pairwise-session.js';
export type { PairwiseCode, PairwiseVerdict } from './pairwise-session.js';
export { PAIRWISE_BYTES_MAX, PAIRWISE_OVERHEAD_BYTES } from './pairwise-packet.js';
export { commitHash, COMMIT_CHANGES_MAX } from './epoch-commit.js';
export type { CommitReason, CommitRecord, EpochCommit } from './epoch-commit.js';
export { EpochAnchorError, EpochNotReadyError } from './epoch-errors.js';
export type { EpochIdentity, EpochProvider } from './epoch-keyring.js';
export { EpochManager } from './epoch-manager.js';
export type { EpochApplied, EpochMessage, EpochOpened, EpochSealing } from './epoch-manager.js';
export { EPOCH_GRACE_MS, WAITING_BYTES_MAX, WAITING_ENVELOPES_MAX } from './epoch-options.js';
export type { EpochAnchor, EpochLimits, EpochManagerOptions } from './epoch-options.js';
export type { EpochChange, EpochProposal, EpochWelcome } from './epoch-proposal.js';
export type { EpochMember, EpochSuite } from './epoch-roster.js';
export type { CommitCode } from './epoch-verdict.js';
export type { SessionOpener, SessionSealer, WelcomeCode } from './epoch-welcome.js';
export { EPOCH_LIFETIME_MS, EPOCH_MESSAGES_MAX, rekeyDue } from './rekey-due.js';
export type { EpochAge } from './rekey-due.js';
