/** What a member is for. Coordinators admit members and say who is gone. */
export type Role = 'coordinator' | 'worker' | 'scout' | 'specialist';

const ROLES: readonly string[] = ['coordinator', 'worker', 'scout', 'specialist'];

/**
 * Whether a value is the name of a role, in lower case.
 *
 * @example
 * isRole('worker'); // => true
 */
export function isRole(value: unknown): value is Role {
  return typeof value === 'string' && ROLES.includes(value);
}

/** Takes the original's spelling (`Coordinator`) too. @throws RangeError for anything else. */
export function checkRole(name: string, value: string): Role {
  const role = typeof value === 'string' ? value.toLowerCase() : value;
  if (isRole(role)) return role;
  throw new RangeError(
    `${name} must be one of ${ROLES.join(', ')}, got ${JSON.stringify(value) ?? typeof value}`,
  );
}
