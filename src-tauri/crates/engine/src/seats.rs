//! The team: who is there, who takes part, what would happen if.

use crate::bus::Event;
use crate::clockwork::Clockwork;
use crate::desk::Ask;
use crate::engine::{Engine, account_name};
use crate::error::EngineError;
use domain::{AccountId, ConversationId, Decision, Entry, MAX_WEIGHT, Presence};
use store::{ListQuery, View};

/// A conversation whose next message would go elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// The conversation.
    pub conversation: ConversationId,
    /// The buyer's name.
    pub title: String,
    /// Who would get its next message, and by which rule.
    pub decision: Decision,
}

/// At most this many conversations are asked about in a what-if; more is not readable before a click.
const ASKED: u32 = 200;

impl Engine {
    /// 在线 / 挂起 / 离线. Kept across restarts: nobody goes online by a crash.
    ///
    /// # Errors
    /// If the seat is gone, or the file refuses.
    pub async fn set_presence(&self, account: AccountId, to: Presence) -> Result<(), EngineError> {
        let mut desk = self.desk().await;
        let mut tx = self.store().begin().await?;
        tx.set_presence(account, to, self.now()).await?;
        tx.commit().await?;
        desk.set_presence(account, to);
        drop(desk);
        self.bus().publish(Event::Rail);
        Ok(())
    }

    /// Whether a seat takes part in distribution.
    ///
    /// # Errors
    /// If the seat is gone, or the file refuses.
    pub async fn set_participates(&self, account: AccountId, on: bool) -> Result<(), EngineError> {
        let mut tx = self.store().begin().await?;
        tx.set_participates(account, on, self.now()).await?;
        tx.commit().await?;
        self.reload_desk().await?;
        self.bus().publish(Event::Rail);
        Ok(())
    }

    /// A seat's weight in distribution, 0 to [`MAX_WEIGHT`], for the next message on. It is kept, and looked at only while
    /// the preset *weights* is on (`docs/RULES.md` §2).
    ///
    /// # Errors
    /// [`EngineError::Invalid`] `weight` for more than that; otherwise if the seat is gone, or the file refuses.
    pub async fn set_weight(&self, account: AccountId, to: u32) -> Result<(), EngineError> {
        if to > MAX_WEIGHT {
            return Err(EngineError::invalid("weight"));
        }
        let mut desk = self.desk().await;
        let mut tx = self.store().begin().await?;
        tx.set_weight(account, to, self.now()).await?;
        tx.commit().await?;
        desk.set_weight(account, to);
        drop(desk);
        self.bus().publish(Event::Rail);
        Ok(())
    }

    /// Whether counts are divided by the seats' weights: the preset of the policy in force.
    pub async fn weighted(&self) -> bool {
        self.desk().await.switches.weighted
    }

    /// Keeps a seat for history only, or takes it into use again (`docs/RULES.md` §2, 5).
    ///
    /// # Errors
    /// If the seat is gone, or the file refuses.
    pub async fn set_disabled(&self, account: AccountId, disabled: bool) -> Result<(), EngineError> {
        let mut tx = self.store().begin().await?;
        tx.set_disabled(account, disabled, self.now()).await?;
        tx.commit().await?;
        self.reload_desk().await?;
        self.bus().publish(Event::Rail);
        Ok(())
    }

    /// Adds a sub-account, offline and taking part.
    ///
    /// # Errors
    /// [`EngineError::Invalid`] in the words of `docs/RULES.md` §2, or if the name is taken.
    pub async fn add_account(&self, name: &str) -> Result<AccountId, EngineError> {
        let mut tx = self.store().begin().await?;
        let account = tx.add_account(&account_name(name)?, self.now()).await?;
        tx.commit().await?;
        self.reload_desk().await?;
        self.bus().publish(Event::Rail);
        Ok(account)
    }

    /// "If 小李 goes 挂起 now …": the conversations that owe a reply to somebody and whose next message would go to
    /// another seat. The same function decides as for a real message.
    ///
    /// # Errors
    /// If the file refuses.
    pub async fn what_if(&self, account: AccountId, to: Presence) -> Result<Vec<Move>, EngineError> {
        let query = ListQuery { view: View::Mine(account), store: None, after: None, limit: ASKED };
        let page = self.store().list(query).await?;
        let now = self.now();
        let mut desk = self.desk().await.clone();
        desk.turn_day(now);
        if desk.switches.fewest_serving {
            desk.seats = self.serving(&desk.seats).await?;
        }
        desk.set_presence(account, to);
        let mut moves = Vec::new();
        for item in page.items {
            let Some(buyer) = item.conversation.buyer else { continue };
            let facts = self.store().buyer(buyer).await?;
            // What came straight to one seat is owed a reply, but not by whoever owns the conversation (§2, 1 and 4).
            let clock = Clockwork::read(&item.conversation.clock_json).unwrap_or_default();
            let ask = Ask {
                entry: Entry::ContactLink,
                private: facts.buyer.private_customer,
                recent: facts.recent,
                owing_owner: item.conversation.owner.filter(|_| clock.state.owes_owner),
            };
            let (decision, _) = desk.decide(&ask, now);
            if decision.to != account {
                if decision.reason.is_distribution() {
                    desk.count(decision.to, now);
                }
                desk.serves(item.conversation.owner, Some(decision.to));
                moves.push(Move { conversation: item.conversation.id, title: item.buyer_name, decision });
            }
        }
        Ok(moves)
    }
}
