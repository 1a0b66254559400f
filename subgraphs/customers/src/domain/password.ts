export const PASSWORD_MIN = 8;
export const PASSWORD_MAX = 200;

/** One spelling, so that an é typed on another keyboard is the same é. */
export const normalizePassword = (password: string): string => password.normalize('NFKC');

/** What is wrong with a new password; null when it may be used. */
export function passwordProblem(password: string, email: string): string | null {
  const text = normalizePassword(password);
  if (text.length < PASSWORD_MIN || text.length > PASSWORD_MAX)
    return `The password must have from ${PASSWORD_MIN} to ${PASSWORD_MAX} characters.`;
  if (text.trim().toLowerCase() === email) return 'The password must not be the e-mail address.';
  return null;
}
