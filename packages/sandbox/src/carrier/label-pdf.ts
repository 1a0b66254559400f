import type PDFDocument from 'pdfkit';
import { code39 } from './code39.ts';
import type { CarrierAddress, ShipmentRequest } from './requests.ts';

export interface LabelFacts {
  readonly service: string;
  readonly trackingNumber: string;
  readonly boughtAt: string;
}

const MARGIN = 18;
const BAR_HEIGHT = 64;
/** The only one: a document reads and parses each font that it uses. */
const FONT = 'Helvetica-Bold';

/** Large, and needed from the first label on. Kept: under a loader, each `import()` asks another thread. */
let loaded: Promise<typeof PDFDocument> | undefined;

/** A label of 105 × 148 mm. The same facts make the same bytes, so it is drawn when asked for and never stored. */
export async function drawLabel(shipment: ShipmentRequest, label: LabelFacts): Promise<Buffer> {
  loaded ??= import('pdfkit').then((pdfkit) => pdfkit.default);
  const Document = await loaded;
  const page = new Document({
    size: 'A6',
    margin: MARGIN,
    font: FONT,
    info: { Title: `Label ${label.trackingNumber}`, CreationDate: new Date(label.boughtAt) },
  });
  const width = page.page.width - 2 * MARGIN;
  page.fontSize(18).text(label.service.toUpperCase(), MARGIN, MARGIN);
  page.fontSize(7).text('SANDBOX CARRIER · NOT FOR POSTAGE', MARGIN, MARGIN + 6, { width, align: 'right' });
  page
    .moveTo(MARGIN, 46)
    .lineTo(MARGIN + width, 46)
    .stroke();
  page.fontSize(7).text(`From: ${lines(shipment.from).join(', ')}`, MARGIN, 54, { width, height: 30 });
  page.fontSize(8).text('To', MARGIN, 92);
  page.fontSize(13).text(lines(shipment.to).join('\n'), MARGIN, 104, { width, height: 120 });
  page
    .moveTo(MARGIN, 236)
    .lineTo(MARGIN + width, 236)
    .stroke();
  page
    .fontSize(8)
    .text(`${(shipment.weight_grams / 1000).toFixed(3)} kg`, MARGIN, 244)
    .text(shipment.reference ?? '', MARGIN, 244, { width, align: 'right' });
  drawBarcode(page, label.trackingNumber, width);
  page.fontSize(12).text(label.trackingNumber, MARGIN, 352, { width, align: 'center' });
  return bytesOf(page);
}

function drawBarcode(page: PDFKit.PDFDocument, text: string, width: number): void {
  const code = code39(text);
  const unit = width / code.width;
  for (const bar of code.bars) page.rect(MARGIN + bar.x * unit, 276, bar.width * unit, BAR_HEIGHT);
  page.fill('black');
}

const lines = (of: CarrierAddress): readonly string[] =>
  [of.name, of.company, of.line1, of.line2, `${of.postal_code ?? ''} ${of.city}`.trim(), of.region, of.country].filter(
    (line) => line !== null && line !== '',
  ) as string[];

function bytesOf(page: PDFKit.PDFDocument): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    page.on('data', (chunk: Buffer) => chunks.push(chunk));
    page.on('end', () => resolve(Buffer.concat(chunks)));
    page.on('error', reject);
    page.end();
  });
}
