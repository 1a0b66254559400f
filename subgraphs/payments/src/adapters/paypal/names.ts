/** PayPal takes no colons in what we name things by. */
export const toName = (id: string): string => id.replaceAll(':', '.');

export const fromName = (name: string): string => name.replaceAll('.', ':');
