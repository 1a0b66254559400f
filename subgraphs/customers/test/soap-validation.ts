import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { contractsFolder } from '@cartograph/contract-server/contracts-folder';
import { validateXML } from 'xmllint-wasm';

const partnerWsdl = (): string => resolve(contractsFolder(), 'salesforce/partner.wsdl.xml');

export const PARTNER_WSDL = partnerWsdl();

const NAMESPACES: Readonly<Record<string, string>> = {
  'urn:sobject.partner.soap.sforce.com': 'sobject.xsd',
  'urn:partner.soap.sforce.com': 'partner.xsd',
  'urn:fault.partner.soap.sforce.com': 'fault.xsd',
};

// SOAP 1.1, as far as our messages have it. Whatever is in a header or a body must be declared by the WSDL.
const ENVELOPE = `<?xml version="1.0"?>
<schema xmlns="http://www.w3.org/2001/XMLSchema" xmlns:env="http://schemas.xmlsoap.org/soap/envelope/"
  targetNamespace="http://schemas.xmlsoap.org/soap/envelope/" elementFormDefault="qualified">
  ${Object.entries(NAMESPACES)
    .map(([namespace, file]) => `<import namespace="${namespace}" schemaLocation="${file}"/>`)
    .join('')}
  <element name="Envelope"><complexType><sequence>
    <element name="Header" minOccurs="0"><complexType><sequence>
      <any namespace="##other" processContents="strict" minOccurs="0" maxOccurs="unbounded"/>
    </sequence></complexType></element>
    <element name="Body"><complexType><choice>
      <element ref="env:Fault"/>
      <any namespace="##other" processContents="strict"/>
    </choice></complexType></element>
  </sequence></complexType></element>
  <element name="Fault"><complexType><sequence>
    <element name="faultcode" type="QName" form="unqualified"/>
    <element name="faultstring" type="string" form="unqualified"/>
    <element name="detail" form="unqualified" minOccurs="0"><complexType><sequence>
      <any namespace="##any" processContents="strict"/>
    </sequence></complexType></element>
  </sequence></complexType></element>
</schema>`;

/** The schemas inside of the WSDL as files that find each other. */
function readSchemas() {
  const wsdl = readFileSync(PARTNER_WSDL, 'utf8');
  const prefixes = [...(/<definitions[^>]*>/.exec(wsdl)?.[0] ?? '').matchAll(/xmlns:\w+="[^"]+"/g)].map(([all]) => all);
  return [...wsdl.matchAll(/<schema ([^>]*)>([\s\S]*?)<\/schema>/g)].map(([, attributes = '', content = '']) => {
    const missing = prefixes.filter((prefix) => !attributes.includes(prefix.split('=')[0] ?? ''));
    const imports = content.replace(
      /<import namespace="([^"]+)"\/>/g,
      (_, namespace: string) => `<import namespace="${namespace}" schemaLocation="${NAMESPACES[namespace]}"/>`,
    );
    const namespace = /targetNamespace="([^"]+)"/.exec(attributes)?.[1] ?? '';
    return {
      fileName: NAMESPACES[namespace] ?? '',
      contents: `<schema ${attributes} ${missing.join(' ')}>${imports}</schema>`,
    };
  });
}

/** What is wrong with SOAP messages by the schemas of the official WSDL, in words. */
export async function soapProblems(messages: readonly string[]): Promise<readonly string[]> {
  if (messages.length === 0) return [];
  const { errors } = await validateXML({
    xml: messages.map((contents, index) => ({ fileName: `message-${index}.xml`, contents })),
    schema: { fileName: 'envelope.xsd', contents: ENVELOPE },
    preload: readSchemas(),
    maxMemoryPages: 4096,
  });
  return errors.map(({ rawMessage, loc }) => {
    const index = Number(/\d+/.exec(loc?.fileName ?? '')?.[0] ?? Number.NaN);
    return `${rawMessage}\n${messages[index]?.slice(0, 600) ?? ''}`;
  });
}
