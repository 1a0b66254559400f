import type { FastifyInstance } from 'fastify';
import type { Ledger } from './ledger.ts';

/** The page behind a tracking link, for people. */
export function addTrackPage(app: FastifyInstance, ledger: Ledger): void {
  app.get<{ Params: { number: string } }>('/track/:number', (request, reply) => {
    const label = ledger.findByNumber(request.params.number);
    void reply.type('text/html; charset=utf-8').code(label ? 200 : 404);
    if (!label) return '<!doctype html><title>Unknown parcel</title><p>There is no such parcel.</p>';
    const rows = [...ledger.eventsOf(label)]
      .reverse()
      .map((event) => `<li>${event.occurred_at}: ${event.description} ${escapeHtml(event.location ?? '')}</li>`);
    const { trackingNumber } = label;
    return `<!doctype html><title>${trackingNumber}</title><h1>${trackingNumber}</h1><ul>${rows.join('')}</ul>`;
  });
}

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
