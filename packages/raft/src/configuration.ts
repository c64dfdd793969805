import { ByteReader, ByteWriter, checkId, checkObject, isId, MalformedError } from '@ruvector/core';

/** Members of a cluster: in a configuration's lists each id stands once. */
export const MEMBERS_MAX = 255;

/**
 * Who is in the cluster. Joint while `votersOutgoing` has anybody: then both lists of voters decide
 * (Ongaro's thesis, §4.3).
 */
export interface Configuration {
  /** Who decides. */
  readonly voters: readonly string[];
  /** Who decided before and still does, until the change is complete; else empty. */
  readonly votersOutgoing: readonly string[];
  /** Who gets the log and decides nothing (§4.2.1). */
  readonly learners: readonly string[];
}

/** One step of a change of the configuration. */
export interface ConfChange {
  readonly type: 'addVoter' | 'addLearner' | 'removeMember';
  readonly id: string;
}

/** Everybody in a configuration, each once, voters first. */
export function membersOf({ voters, votersOutgoing, learners }: Configuration): string[] {
  return [...new Set([...voters, ...votersOutgoing, ...learners])];
}

/** Whether the vote of a member counts in a configuration. */
export const isVoter = ({ voters, votersOutgoing }: Configuration, id: string): boolean =>
  voters.includes(id) || votersOutgoing.includes(id);

/** Whether two sets of voters decide. */
export const isJoint = ({ votersOutgoing }: Configuration): boolean => votersOutgoing.length > 0;

/**
 * A configuration of these voters alone.
 *
 * @throws TypeError or RangeError for what is no id, or is there twice.
 */
export function configurationOf(voters: readonly string[]): Configuration {
  if (!Array.isArray(voters))
    throw new TypeError(`peers must be an array of ids, got ${typeof voters}`);
  voters.forEach((id, i) => checkId(`peers[${i}]`, id));
  if (new Set(voters).size < voters.length) throw new RangeError('peers must name each id once');
  if (voters.length > MEMBERS_MAX)
    throw new RangeError(`peers must have at most ${MEMBERS_MAX} ids, got ${voters.length}`);
  return { voters: [...voters], votersOutgoing: [], learners: [] };
}

/**
 * What a configuration becomes. If more than one voter changes, both the old and the new voters
 * decide until the change is complete.
 *
 * @throws TypeError or RangeError that names the change and the rule.
 */
export function changed(now: Configuration, changes: readonly ConfChange[]): Configuration {
  if (changes.length === 0) throw new RangeError('change must have at least 1 step, got 0');
  const voters = new Set(now.voters);
  const learners = new Set(now.learners);
  changes.forEach((change, i) => applyStep(voters, learners, change, `change[${i}]`));
  if (voters.size === 0) throw new RangeError('change must leave at least 1 voter');
  if (voters.size + learners.size > MEMBERS_MAX)
    throw new RangeError(`change must leave at most ${MEMBERS_MAX} members`);
  const differing =
    [...voters].filter((id) => !now.voters.includes(id)).length +
    now.voters.filter((id) => !voters.has(id)).length;
  return {
    voters: [...voters],
    votersOutgoing: differing > 1 ? now.voters : [],
    learners: [...learners],
  };
}

function applyStep(
  voters: Set<string>,
  learners: Set<string>,
  { type, id }: ConfChange,
  name: string,
): void {
  checkId(`${name}.id`, id);
  if (type === 'addVoter') {
    learners.delete(id);
    voters.add(id);
  } else if (type === 'addLearner') {
    if (voters.has(id))
      throw new RangeError(`${name} must not make a learner of the voter ${id}: remove it first`);
    learners.add(id);
  } else if (type === 'removeMember') {
    voters.delete(id);
    learners.delete(id);
  } else
    throw new RangeError(`${name}.type must be addVoter, addLearner or removeMember, got ${type}`);
}

/** What follows a joint configuration: the new voters decide alone. */
export const afterJoint = ({ voters, learners }: Configuration): Configuration => ({
  voters,
  votersOutgoing: [],
  learners,
});

/** @throws MalformedError for what is no configuration. */
export function checkConfiguration(configuration: Configuration): void {
  const { voters, votersOutgoing, learners } = checkObject('config', configuration);
  for (const list of [voters, votersOutgoing, learners])
    if (!Array.isArray(list) || !list.every(isId) || new Set(list).size < list.length)
      throw new MalformedError('a configuration whose lists are not of ids, each once');
}

/** The data of a `confChange` entry. */
export const encodeConfiguration = (configuration: Configuration): Uint8Array =>
  writeConfiguration(new ByteWriter(64), configuration).bytes();

/** Reads the data of a `confChange` entry. @throws MalformedError */
export function decodeConfiguration(bytes: Uint8Array): Configuration {
  const reader = new ByteReader(bytes, 'configuration');
  const configuration = readConfiguration(reader);
  reader.end();
  return configuration;
}

/** Three lists, each a u8 count and ids with a u8 length before them. */
export function writeConfiguration(
  writer: ByteWriter,
  { voters, votersOutgoing, learners }: Configuration,
): ByteWriter {
  for (const list of [voters, votersOutgoing, learners]) {
    writer.u8(list.length);
    for (const id of list) writeId(writer, id);
  }
  return writer;
}

/** What `writeConfiguration` wrote. @throws MalformedError for what could not be proposed */
export function readConfiguration(reader: ByteReader): Configuration {
  const list = () => Array.from({ length: reader.u8() }, () => readId(reader));
  const [voters, votersOutgoing, learners] = [list(), list(), list()];
  for (const each of [voters, votersOutgoing, learners])
    if (new Set(each).size < each.length) reader.fail('an id stands twice in a configuration');
  if (learners.some((id) => voters.includes(id))) reader.fail('a voter is a learner too');
  return { voters, votersOutgoing, learners };
}

/** An id, at most 128 ASCII characters. */
export function writeId(writer: ByteWriter, id: string): void {
  writer.u8(id.length);
  for (let i = 0; i < id.length; i++) writer.u8(id.charCodeAt(i));
}

const ID = /^[A-Za-z0-9._:-]{1,128}$/;

/** What `writeId` wrote. @throws MalformedError */
export function readId(reader: ByteReader): string {
  const id = String.fromCharCode(...reader.raw(reader.u8()));
  if (!ID.test(id)) reader.fail('an id is not 1 to 128 of [A-Za-z0-9._:-]');
  return id;
}
