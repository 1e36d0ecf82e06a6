// The doors of orders whose answers need more than one room, and the till.
import {
  adminChangeOrderAddress,
  adminCheckShipments,
  adminCloseOrder,
  adminCountOrders,
  adminGetBuyerFigures,
  adminGetOrder,
  adminGetOrderMoney,
  adminGetPayment,
  adminListOrderNotices,
  adminListOrders,
  adminListPayments,
  adminNoteOrder,
  cancelOrder,
  getOrder,
  getPaymentStatus,
  payCheckout,
  receiveOrder,
} from '@jishi/contract';
import type { Door } from '../../platform/http.ts';
import type { OrderPages } from './storefront.orders.ts';

export function bindOrderPages(door: Door, pages: OrderPages): void {
  door.handle(payCheckout, ({ buyer, request }, input) => pages.pay(buyer, input, request));
  door.handle(getPaymentStatus, ({ buyer, request }, input) => pages.status(buyer, input.checkoutId, request));
  door.handle(getOrder, ({ buyer }, input) => pages.order(buyer, input.orderId));
  door.handle(cancelOrder, ({ buyer }, input) => pages.cancel(buyer, input));
  door.handle(receiveOrder, ({ buyer }, input) => pages.receive(buyer, input.orderId));

  door.handle(adminListOrders, (_, input) => pages.staffOrders(input));
  door.handle(adminCountOrders, () => pages.orderCounts());
  door.handle(adminCheckShipments, (_, input) => pages.checkShipments(input));
  door.handle(adminGetOrder, (_, input) => pages.staffOrder(input.orderId));
  door.handle(adminNoteOrder, ({ staff, request }, input) => pages.note(staff, input, request));
  door.handle(adminCloseOrder, ({ staff, request }, input) => pages.close(staff, input, request));
  door.handle(adminChangeOrderAddress, ({ staff, request }, input) => pages.readdress(staff, input, request));
  door.handle(adminListOrderNotices, (_, input) => pages.notices(input.orderId));
  door.handle(adminGetBuyerFigures, (_, input) => pages.buyerFigures(input.buyerId));
  door.handle(adminGetPayment, (_, input) => pages.paymentPage(input.paymentId));
  door.handle(adminGetOrderMoney, (_, input) => pages.money(input.orderId));
  door.handle(adminListPayments, (_, input) => pages.payments(input));
}
