import { openOtlpReceiver, type ReceivedSpan } from '@cartograph/runtime/testing/otlp-receiver';
import { describe, expect, it } from 'vitest';
import { openShop } from './src/graph.ts';
import { orderInput, PLACE_ORDER } from './src/shop-operations.ts';

describe('the trace of an order', () => {
  it('leads from the router through every subgraph down to their SQL, and holds nothing of the buyer', async () => {
    await using receiver = await openOtlpReceiver();
    {
      await using shop = await openShop({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint });
      const ada = await shop.signIn();
      const { data } = await ada(PLACE_ORDER, { input: await orderInput(ada) });
      expect(data.placeOrder.__typename).toBe('PlaceOrderSuccess');
    }
    const { spans } = receiver;
    const root = spans.find(({ name }) => name.startsWith('mutation PlaceOrder')) as ReceivedSpan;
    expect(root).toMatchObject({ service: 'cartograph-router', parentSpanId: undefined, failed: false });
    const trace = spans.filter(({ traceId }) => traceId === root.traceId);
    const byId = new Map(trace.map((span) => [span.spanId, span]));
    const wayTo = (span: ReceivedSpan): readonly string[] => {
      const above = byId.get(span.parentSpanId ?? '');
      return [...(above ? wayTo(above) : []), span.service];
    };
    // Everything hangs together below the one request.
    for (const span of trace) expect(wayTo(span)[0], span.name).toBe('cartograph-router');
    const statements = trace.filter(({ attributes }) => attributes['db.query.text'] !== undefined);
    const ways = new Set(statements.map((span) => [...new Set(wayTo(span))].join(' > ')));
    for (const subgraph of ['products', 'orders', 'payments', 'shipping', 'customers'])
      expect([...ways].join('\n')).toContain(`cartograph-${subgraph}`);
    // The saga asks its neighbours, and they their tables.
    expect(ways).toContain('cartograph-router > cartograph-orders > cartograph-products');
    expect(ways).toContain('cartograph-router > cartograph-orders > cartograph-payments');
    // What follows the answer (label, mail) runs in jobs, which belong to no request.
    expect(statements.map(({ name }) => name)).toEqual(expect.arrayContaining(['SELECT', 'UPDATE', 'WITH']));
    expect(JSON.stringify(spans)).not.toMatch(/ada@example\.com|ada-demo-password/);
  }, 120_000);
});
