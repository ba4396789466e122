//! What message rules are judged by besides the event itself: what was known before it, the chat it belongs to, and, for a
//! rule that is only tried, what has happened lately.

use crate::{
    AlertRow, ConversationRow, DisputeRow, MessageRow, OrderRow, PastMessages, Result, Store, WriteTx, alert,
    conversation, message, order,
};
use domain::StoreId;

impl WriteTx {
    /// Those of these orders of a store that are known.
    ///
    /// # Errors
    /// What the database says.
    pub async fn orders_known(&mut self, store: StoreId, order_nos: &[String]) -> Result<Vec<OrderRow>> {
        order::by_numbers(self.asking().await?, store, order_nos).await
    }

    /// Those of these disputes of a store that are known, by the platform's ids.
    ///
    /// # Errors
    /// What the database says.
    pub async fn disputes_known(
        &mut self,
        store: StoreId,
        provider_ids: &[String],
    ) -> Result<Vec<DisputeRow>> {
        order::disputes_by_ids(self.asking().await?, store, provider_ids).await
    }

    /// The chat in which an order is spoken of: one that names it, else the buyer's newest.
    ///
    /// # Errors
    /// What the database says.
    pub async fn chat_about(
        &mut self,
        store: StoreId,
        order_no: &str,
        buyer_key: &str,
    ) -> Result<Option<ConversationRow>> {
        conversation::chat_about(self.asking().await?, store, order_no, buyer_key).await
    }
}

impl Store {
    /// The newest messages of a sort, newest first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn past_messages(&self, of: PastMessages, limit: u32) -> Result<Vec<MessageRow>> {
        message::newest(&mut *self.reader().await?, of, limit).await
    }

    /// The orders that changed last, newest first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn past_orders(&self, limit: u32) -> Result<Vec<OrderRow>> {
        order::newest(&mut *self.reader().await?, limit).await
    }

    /// The disputes and returns that came last, newest first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn past_disputes(&self, limit: u32) -> Result<Vec<DisputeRow>> {
        order::newest_disputes(&mut *self.reader().await?, limit).await
    }

    /// The stages that were raised last, newest first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn past_stages(&self, limit: u32) -> Result<Vec<AlertRow>> {
        alert::newest(&mut *self.reader().await?, limit).await
    }
}
