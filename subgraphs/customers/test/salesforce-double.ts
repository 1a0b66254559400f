import { createServer } from 'node:http';
import type { Fault } from '@cartograph/contract-server/faults';
import { createFaults } from '@cartograph/contract-server/faults';
import { listen } from '@cartograph/contract-server/listen';
import { type Client, createClientAsync } from 'soap';
import { PARTNER_WSDL, soapProblems } from './soap-validation.ts';

export const SALESFORCE_USER = { username: 'shop@example.com', password: 'secret & token' };

interface Stored {
  readonly id: string;
  readonly type: string;
  readonly fields: Record<string, string>;
  isDeleted: boolean;
}

const CONTACT = ['FirstName', 'LastName', 'Email', 'Phone', 'Cartograph_Id__c', 'Cartograph_Locale__c'];
/** What an organisation has that was set up as our documentation says. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  Contact: [...CONTACT, ...['Customer_Since', 'Consents', 'Orders', 'Spent'].map((name) => `Cartograph_${name}__c`)],
  Cartograph_Order__c: [
    ...['Name', 'Cartograph_Id__c', 'Status__c', 'Total__c', 'Currency__c', 'Placed_At__c', 'Lines__c', 'Contact__r'],
  ],
};

/** Salesforce's partner API on loopback: real SOAP, whose messages are held against the official WSDL in the end. */
export async function openSalesforceDouble() {
  const records: Stored[] = [];
  const sessions = new Set<string>();
  const refusedEmails = new Set<string>();
  const operations: string[] = [];
  const messages: string[] = [];
  const faults = createFaults();
  // Only its reading of XML is used.
  const { wsdl } = (await createClientAsync(PARTNER_WSDL)) as Client & { wsdl: { xmlToObject(xml: string): Parsed } };
  let count = 0;

  const alive = (type: string, ourId: string) =>
    records.find((one) => one.type === type && one.fields.Cartograph_Id__c === ourId && !one.isDeleted);

  function upsert({ externalIDFieldName, sObjects }: Message): string {
    return sObjects
      .map((given: Record<string, unknown>) => {
        const { type, fieldsToNull = [], ...fields } = plain(given);
        const unknown = Object.keys(fields).find((name) => !FIELDS[type]?.includes(name));
        if (unknown) return failed('INVALID_FIELD', `No such column '${unknown}' on entity '${type}'`);
        if (refusedEmails.has(fields.Email))
          return failed('INVALID_EMAIL_ADDRESS', `Email: invalid email address: ${fields.Email}`);
        if (type === 'Contact' && !fields.LastName)
          return failed('REQUIRED_FIELD_MISSING', 'Required fields are missing: [LastName]');
        const { Contact__r: parent, ...values } = fields;
        const contact = parent && alive('Contact', parent.Cartograph_Id__c);
        if (parent && !contact) return failed('INVALID_FIELD', 'Foreign key external ID not found');
        const known = alive(type, values[externalIDFieldName]);
        const stored: Stored = known ?? { id: idOf(type, ++count), type, fields: {}, isDeleted: false };
        if (!known) records.push(stored);
        Object.assign(stored.fields, values, contact && { Contact: contact.id });
        for (const name of [fieldsToNull].flat()) delete stored.fields[name as string];
        return `<result><created>${!known}</created><id>${stored.id}</id><success>true</success></result>`;
      })
      .join('');
  }

  function queryAll({ queryString }: Message): string {
    const [, listed] = /^SELECT Cartograph_Id__c FROM (\w+) LIMIT 1$/.exec(queryString) ?? [];
    if (listed) return rowsOf(records.filter(({ type }) => type === listed).slice(0, 1));
    const [, type, parent, value] =
      /^SELECT Id, IsDeleted FROM (\w+) WHERE (Contact__r\.)?Cartograph_Id__c = '([^']+)' LIMIT 200$/.exec(
        queryString,
      ) ?? [];
    const owner = parent && records.find((one) => one.type === 'Contact' && one.fields.Cartograph_Id__c === value)?.id;
    const found = records.filter(
      (one) => one.type === type && (parent ? one.fields.Contact === owner : one.fields.Cartograph_Id__c === value),
    );
    return rowsOf(found);
  }

  function rowsOf(found: readonly Stored[]): string {
    const rows = found.map(
      ({ id, type, isDeleted }) =>
        `<records xsi:type="sf:sObject"><sf:type>${type}</sf:type><sf:Id>${id}</sf:Id><sf:Id>${id}</sf:Id><sf:IsDeleted>${isDeleted}</sf:IsDeleted></records>`,
    );
    return `<result xsi:type="QueryResult"><done>true</done><queryLocator xsi:nil="true"/>${rows.join('')}<size>${rows.length}</size></result>`;
  }

  const remove = ({ ids }: Message) =>
    ids
      .map((id: string) => {
        const found = records.find((one) => one.id === id && !one.isDeleted);
        if (!found)
          return `<result><errors><message>entity is deleted</message><statusCode>ENTITY_IS_DELETED</statusCode></errors><id xsi:nil="true"/><success>false</success></result>`;
        found.isDeleted = true;
        return `<result><id>${id}</id><success>true</success></result>`;
      })
      .join('');

  const emptyRecycleBin = ({ ids }: Message) =>
    ids
      .map((id: string) => {
        const index = records.findIndex((one) => one.id === id && one.isDeleted);
        if (index >= 0) records.splice(index, 1);
        return `<result><id>${id}</id><success>true</success></result>`;
      })
      .join('');

  const answers: Readonly<Record<string, (message: Message) => string>> = {
    upsert,
    queryAll,
    delete: remove,
    emptyRecycleBin,
  };

  function answer(envelope: Parsed['Envelope']): { status: number; xml: string } {
    const [operation = '', message] = Object.entries(envelope.Body)[0] ?? [];
    operations.push(operation);
    if (operation === 'login') {
      const { username, password } = message as Message;
      if (username !== SALESFORCE_USER.username || password !== SALESFORCE_USER.password)
        return fault('LoginFault', 'INVALID_LOGIN', 'Invalid username, password, security token; or user locked out.');
      const session = `00D!session-${sessions.size + 1}-${++count}`;
      sessions.add(session);
      return ok(
        'login',
        `<result><metadataServerUrl>${url}/m</metadataServerUrl><passwordExpired>false</passwordExpired><sandbox>true</sandbox><serverUrl>${url}/services/Soap/u/27.0/00D</serverUrl><sessionId>${session}</sessionId><userId>005000000000001AAA</userId></result>`,
      );
    }
    if (!sessions.has(envelope.Header?.SessionHeader?.sessionId ?? ''))
      return fault('UnexpectedErrorFault', 'INVALID_SESSION_ID', 'Invalid Session ID found in SessionHeader');
    return ok(operation, answers[operation]?.(message as Message) ?? '');
  }

  const listening = await listen(
    createServer(async (request, response) => {
      let xml = '';
      for await (const chunk of request) xml += chunk;
      messages.push(xml);
      const envelope = wsdl.xmlToObject(xml);
      const parsed =
        (envelope as { Envelope?: Parsed['Envelope'] }).Envelope ?? (envelope as unknown as Parsed['Envelope']);
      const operation = Object.keys(parsed.Body)[0] ?? '';
      const before = faults.take(operation, 'before');
      const given = before ? null : answer(parsed);
      const trouble = before ?? faults.take(operation, 'after');
      if (trouble === 'cut') return void request.socket.destroy();
      if (trouble === 'hang') return;
      const limited =
        trouble && fault('UnexpectedErrorFault', 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.');
      const sent = limited ?? given ?? fault('UnexpectedErrorFault', 'UNKNOWN_EXCEPTION', 'nothing');
      messages.push(sent.xml);
      response.writeHead(sent.status, { 'content-type': 'text/xml; charset=utf-8' }).end(sent.xml);
    }),
  );
  const { url } = listening;
  return {
    loginUrl: `${url}/services/Soap/u/27.0`,
    ...{ records, sessions, operations, refusedEmails },
    faults: { add: (...all: Fault[]) => faults.add(...all) },
    async [Symbol.asyncDispose]() {
      await listening.close();
      const problems = await soapProblems(messages);
      if (problems.length > 0) throw new Error(`SOAP messages are not as the WSDL says:\n${problems.join('\n')}`);
    },
  };
}

export type SalesforceDouble = Awaited<ReturnType<typeof openSalesforceDouble>>;

type Message = any;

interface Parsed {
  readonly Envelope: {
    readonly Header?: { readonly SessionHeader?: { readonly sessionId?: string } };
    readonly Body: Readonly<Record<string, unknown>>;
  };
}

/** What the parser makes of an object with fields that no schema names. */
const plain = (given: Record<string, any>): Record<string, any> =>
  Object.fromEntries(
    Object.entries(given)
      .filter(([name]) => name !== 'attributes' && name !== 'Id')
      .map(([name, value]) => [name, name === 'Contact__r' ? plain(value) : value]),
  );

const idOf = (type: string, number: number): string =>
  `${type === 'Contact' ? '003' : 'a00'}${String(number).padStart(12, '0')}AAA`;

const failed = (code: string, message: string): string =>
  `<result><created>false</created><errors><message>${escapeXml(message)}</message><statusCode>${code}</statusCode></errors><id xsi:nil="true"/><success>false</success></result>`;

const envelopeOf = (body: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns="urn:partner.soap.sforce.com" xmlns:sf="urn:sobject.partner.soap.sforce.com" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>${body}</soapenv:Body></soapenv:Envelope>`;

const ok = (operation: string, content: string) => ({
  status: 200,
  xml: envelopeOf(`<${operation}Response>${content}</${operation}Response>`),
});

const fault = (type: 'LoginFault' | 'UnexpectedErrorFault', code: string, message: string) => ({
  status: 500,
  xml: `<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:sf="urn:fault.partner.soap.sforce.com"><soapenv:Body><soapenv:Fault><faultcode>sf:${code}</faultcode><faultstring>${code}: ${message}</faultstring><detail><sf:${type}><sf:exceptionCode>${code}</sf:exceptionCode><sf:exceptionMessage>${message}</sf:exceptionMessage></sf:${type}></detail></soapenv:Fault></soapenv:Body></soapenv:Envelope>`,
});

const escapeXml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
