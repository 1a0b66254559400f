import type { Ports } from '../ports.ts';
import type { ReceiveReturnSaga } from '../sagas/receive-return.ts';
import { listReturns } from './list-returns.ts';
import { approveReturn, cancelReturn, refuseReturn } from './move-return.ts';
import { receiveReturn } from './receive-return.ts';
import { type ReturnSettings, requestReturn } from './request-return.ts';
import { sendReturnMail } from './send-return-mail.ts';

/** Everything that is done with returns, on the saga that receives them. */
export const createReturns = (
  ports: Ports,
  settings: ReturnSettings & { readonly deadlineMs: number },
  saga: ReceiveReturnSaga,
) => ({
  listReturns: listReturns(ports),
  requestReturn: requestReturn(ports, settings),
  cancelReturn: cancelReturn(ports),
  approveReturn: approveReturn(ports),
  refuseReturn: refuseReturn(ports),
  receiveReturn: receiveReturn({ ports, saga, deadlineMs: settings.deadlineMs }),
  sendReturnMail: sendReturnMail(ports),
});
