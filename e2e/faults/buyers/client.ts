export type Reply =
  | { readonly kind: 'data'; readonly data: any }
  /** No answer, or one that says nothing about the outcome: ask again. */
  | { readonly kind: 'failure'; readonly status: number | null; readonly why: string };

/** One request of a browser, which stops waiting after `patienceMs`. */
export async function ask(
  url: string,
  accessToken: string | null,
  query: string,
  variables: object,
  patienceMs: number,
): Promise<Reply> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(accessToken && { authorization: `Bearer ${accessToken}` }) },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(patienceMs),
    });
    const { data, errors } = (await response.json()) as { data?: any; errors?: { message: string }[] };
    const field = data ? Object.values(data)[0] : null;
    if (field !== null && field !== undefined) return { kind: 'data', data: field };
    if (data && !errors) return { kind: 'data', data: null };
    return { kind: 'failure', status: response.status, why: errors?.[0]?.message ?? `HTTP ${response.status}` };
  } catch (error) {
    const { name, message, cause } = error as Error;
    const code = (cause as NodeJS.ErrnoException | undefined)?.code;
    return { kind: 'failure', status: null, why: name === 'TimeoutError' ? 'no patience' : (code ?? message) };
  }
}
