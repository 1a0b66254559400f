import type { Ports } from '../ports.ts';

export const createOperations = (_ports: Ports) => ({});

export type Operations = ReturnType<typeof createOperations>;
