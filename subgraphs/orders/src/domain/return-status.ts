export const RETURN_STATUSES = ['REQUESTED', 'APPROVED', 'REFUSED', 'RECEIVED', 'CLOSED', 'CANCELLED'] as const;

export type ReturnStatus = (typeof RETURN_STATUSES)[number];

/** Where a return can go from where it is. The database refuses everything else; a test compares the two. */
const TRANSITIONS: Readonly<Record<ReturnStatus, readonly ReturnStatus[]>> = {
  REQUESTED: ['APPROVED', 'REFUSED', 'CANCELLED'],
  APPROVED: ['RECEIVED', 'CANCELLED'],
  // Back to where it waits for its goods, when the money could not be given back.
  RECEIVED: ['CLOSED', 'APPROVED'],
  REFUSED: [],
  CLOSED: [],
  CANCELLED: [],
};

export const canReturnBecome = (from: ReturnStatus, to: ReturnStatus): boolean => TRANSITIONS[from].includes(to);

export const returnStatusesBefore = (to: ReturnStatus): readonly ReturnStatus[] =>
  RETURN_STATUSES.filter((from) => canReturnBecome(from, to));
