const inWords = (status: string): string => status.toLowerCase().replace(/_/g, ' ');

const SHIPMENTS: Readonly<Record<string, string>> = {
  PLANNED: 'A shipment was planned.',
  LABEL_PURCHASED: 'A shipment was packed and has its label.',
  HANDED_OVER: 'A shipment was handed over to the carrier.',
  IN_TRANSIT: 'A shipment is on its way.',
  OUT_FOR_DELIVERY: 'A shipment is on the last vehicle.',
  DELIVERED: 'A shipment has arrived.',
  EXCEPTION: 'A shipment was held up; the carrier goes on trying.',
  CANCELLED: 'A shipment was called off.',
  RETURNED: 'A shipment came back.',
};

/** A shipment's status for the timeline; one that shipping did not have when this was written reads as it is. */
export const shipmentNews = (status: string): string => SHIPMENTS[status] ?? `A shipment is ${inWords(status)}.`;

export const paymentNews = (status: string): string => `The payment is ${inWords(status)}.`;
