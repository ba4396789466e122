import { m } from '../paraglide/messages.js'

/** The platforms' words for the state of an order. */
const STATE: Record<string, () => string> = {
  PLACE_ORDER_SUCCESS: m.order_state_place_order_success,
  IN_CANCEL: m.order_state_in_cancel,
  WAIT_SELLER_SEND_GOODS: m.order_state_wait_seller_send_goods,
  SELLER_PART_SEND_GOODS: m.order_state_seller_part_send_goods,
  WAIT_BUYER_ACCEPT_GOODS: m.order_state_wait_buyer_accept_goods,
  FUND_PROCESSING: m.order_state_fund_processing,
  FINISH: m.order_state_finish,
  IN_ISSUE: m.order_state_in_issue,
  IN_FROZEN: m.order_state_in_frozen,
  WAIT_SELLER_EXAMINE_MONEY: m.order_state_wait_seller_examine_money,
  RISK_CONTROL: m.order_state_risk_control,
  UNPAID: m.order_state_unpaid,
  PENDING: m.order_state_pending,
  READY_TO_SHIP: m.order_state_ready_to_ship,
  PROCESSED: m.order_state_processed,
  RETRY_SHIP: m.order_state_retry_ship,
  SHIPPED: m.order_state_shipped,
  TO_CONFIRM_RECEIVE: m.order_state_to_confirm_receive,
  CANCELLED: m.order_state_cancelled,
  TO_RETURN: m.order_state_to_return,
  COMPLETED: m.order_state_completed,
  INVOICE_PENDING: m.order_state_invoice_pending,
}

/** A state this version does not know is shown as the platform writes it. */
export const orderStateWords = (state: string) => STATE[state]?.() ?? state
