import type { Ports } from '../ports.ts';
import type { PlaceOrderSaga } from '../sagas/place-order.ts';
import type { ReceiveReturnSaga } from '../sagas/receive-return.ts';
import { abandonOrder } from './abandon-order.ts';
import { exchangeReturn, REFUSED_RETURN } from './exchange-return.ts';
import { listReturns } from './list-returns.ts';
import { approveReturn, cancelReturn, refuseReturn } from './move-return.ts';
import { receiveReturn } from './receive-return.ts';
import { type ReturnSettings, requestReturn } from './request-return.ts';
import { sendReturnMail } from './send-return-mail.ts';

/** Everything that is done with returns, on the saga that receives them. */
export const createReturns = (
  ports: Ports,
  settings: ReturnSettings & { readonly deadlineMs: number; readonly editPaymentSeconds: number },
  saga: ReceiveReturnSaga,
  checkoutSaga: PlaceOrderSaga,
) => ({
  listReturns: listReturns(ports),
  requestReturn: requestReturn(ports, settings),
  cancelReturn: cancelReturn(ports),
  approveReturn: approveReturn(ports),
  refuseReturn: refuseReturn(ports),
  receiveReturn: receiveReturn({ ports, saga, ...settings }),
  exchangeReturn: exchangeReturn({ ports, saga: checkoutSaga, deadlineMs: settings.deadlineMs }),
  abandonExchange: async (orderId: string) => {
    const outcome = await abandonOrder(ports, checkoutSaga)(orderId, REFUSED_RETURN);
    if (outcome?.kind !== 'refused' && outcome?.kind !== 'done') throw new Error(`${orderId} is not given up yet`);
  },
  sendReturnMail: sendReturnMail(ports),
});
