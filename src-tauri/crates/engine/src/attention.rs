//! What a person does with a conversation: opens it, puts it aside, escalates it, hands it over, puts its alerts off.

use crate::alerts::acted;
use crate::bus::Event;
use crate::clockwork::Clockwork;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::intake::{Hand, Mode, settle};
use domain::{AccountId, ConversationId, ConversationState, DispatchReason, LogKind, Timestamp};
use rules::alerts::{Act, snooze_until};
use store::{AssignmentWrite, AuditEntry, DeadlineStatus, IntakeWrite, StoreError};

impl Engine {
    /// An agent looks at it: nothing is unread any more, system mail is taken note of, and from now on silence is
    /// conspicuous (`docs/RULES.md` §3 `read_silent`).
    ///
    /// # Errors
    /// If it is gone, or the file refuses.
    pub async fn opened(&self, conversation: ConversationId, by: AccountId) -> Result<(), EngineError> {
        self.look(conversation, by, Some(Act::Opened)).await
    }

    /// It is on the screen while something comes: nothing is unread. That is no sign of a person, so it does not count
    /// as acting on its alerts.
    ///
    /// # Errors
    /// If it is gone, or the file refuses.
    pub async fn seen(&self, conversation: ConversationId, by: AccountId) -> Result<(), EngineError> {
        self.look(conversation, by, None).await
    }

    async fn look(
        &self,
        conversation: ConversationId,
        by: AccountId,
        act: Option<Act>,
    ) -> Result<(), EngineError> {
        self.change(conversation, act, |hand, now, write| {
            let known = hand.row.unread == 0 && hand.row.opened_at.is_some();
            if known {
                return false;
            }
            let newest = hand.row.last.as_ref().map(|last| last.id.0);
            let detail = serde_json::json!({ "to": by.0, "unread": hand.row.unread, "newest": newest });
            hand.row.unread = 0;
            hand.row.opened_at = Some(now);
            hand.clock.seen_at = Some(now);
            hand.clock.unread_mail = None;
            if hand.clock.state.owes() {
                hand.clock.read_since.get_or_insert(now);
            }
            log(write, hand, LogKind::Shown, now, &detail);
            true
        })
        .await
    }

    /// Puts it aside. What it still owes stays owed, and the next message brings it back.
    ///
    /// # Errors
    /// If it is gone, or the file refuses.
    pub async fn mark_done(&self, conversation: ConversationId, by: AccountId) -> Result<(), EngineError> {
        self.change(conversation, Some(Act::Done), |hand, now, write| {
            hand.row.state = ConversationState::Done;
            hand.row.unread = 0;
            hand.clock.seen_at = Some(now);
            hand.clock.unread_mail = None;
            hand.clock.stated = None;
            hand.clock.escalate = None;
            hand.clock.escalated_until = Some(now);
            hand.clock.mailbox_checked = hand.clock.mailbox_checked.map(|_| now);
            log(write, hand, LogKind::Done, now, &serde_json::json!({ "by": by.0 }));
            true
        })
        .await
    }

    /// Brings it back onto the list.
    ///
    /// # Errors
    /// If it is gone, or the file refuses.
    pub async fn reopen(&self, conversation: ConversationId, by: AccountId) -> Result<(), EngineError> {
        self.change(conversation, Some(Act::Reopened), |hand, now, write| {
            hand.row.state = ConversationState::Open;
            log(write, hand, LogKind::Reopened, now, &serde_json::json!({ "by": by.0 }));
            true
        })
        .await
    }

    /// A person handed the sensitive matter to the platform: its clock stops (`docs/RULES.md` §3 `escalation`).
    ///
    /// # Errors
    /// If it is gone, or the file refuses.
    pub async fn escalated(&self, conversation: ConversationId, by: AccountId) -> Result<(), EngineError> {
        self.change(conversation, Some(Act::Escalated), |hand, now, write| {
            hand.clock.escalate = None;
            hand.clock.escalated_until = Some(now);
            log(write, hand, LogKind::Escalated, now, &serde_json::json!({ "by": by.0 }));
            true
        })
        .await
    }

    /// Hands it to another seat, with a note. Always possible; adds nothing to a count (`docs/RULES.md` §2).
    ///
    /// # Errors
    /// If it or the seat is gone, or the file refuses.
    pub async fn transfer(
        &self,
        conversation: ConversationId,
        to: AccountId,
        by: AccountId,
        note: &str,
    ) -> Result<(), EngineError> {
        if !self.desk().await.seats.iter().any(|seat| seat.account == to && !seat.disabled) {
            return Err(StoreError::NotFound { what: "account", id: to.0 }.into());
        }
        self.change(conversation, Some(Act::Transferred), |hand, now, write| {
            let from = hand.row.owner.replace(to);
            write.assignments.push(AssignmentWrite {
                conversation,
                buyer: hand.row.buyer,
                from,
                to,
                reason: DispatchReason::Manual,
                facts: None,
                at: now,
                note: note.to_owned(),
            });
            let detail = serde_json::json!({ "by": by.0, "to": to.0 });
            log(write, hand, LogKind::Transferred, now, &detail);
            true
        })
        .await
    }

    /// 稍后 10 分钟 for every alert of a conversation, never past a deadline (`docs/RULES.md` §4).
    ///
    /// # Errors
    /// If the file refuses.
    pub async fn snooze(&self, conversation: ConversationId) -> Result<(), EngineError> {
        let now = self.now();
        // Held until it is written: a tick in between would ring for what a person has just put off.
        let desk = self.desk().await;
        let policy = desk.policy.alerts.clone();
        let mut open = self.store().deadlines_of(conversation).await?;
        open.retain(|deadline| deadline.status == DeadlineStatus::Open);
        let mut tx = self.store().begin().await?;
        for deadline in open {
            if let Some(until) = snooze_until(deadline.due, now, &policy) {
                tx.snooze(deadline.id, until, now).await?;
            }
        }
        acted(&mut tx, conversation, Act::Snoozed, now).await?;
        tx.commit().await?;
        drop(desk);
        self.bus().publish(Event::Conversations([conversation].as_slice().into()));
        Ok(())
    }

    /// One change of one conversation: loaded, changed, its clocks settled, written, told. `work` returns whether
    /// anything changed; `act` is what a person did by it on the alerts.
    pub(crate) async fn change(
        &self,
        conversation: ConversationId,
        act: Option<Act>,
        work: impl FnOnce(&mut Hand, Timestamp, &mut IntakeWrite) -> bool,
    ) -> Result<(), EngineError> {
        let now = self.now();
        let desk = self.desk().await;
        let mut tx = self.store().begin().await?;
        let row = tx.conversations_by_id(&[conversation]).await?.pop();
        let row = row.ok_or(StoreError::NotFound { what: "conversation", id: conversation.0 })?;
        let clock = Clockwork::read(&row.clock_json).unwrap_or_default();
        let mut hand = Hand::new(row, clock);
        let mut write = IntakeWrite::default();
        let answered = match act {
            Some(act) => acted(&mut tx, conversation, act, now).await?,
            None => false,
        };
        if !work(&mut hand, now, &mut write) {
            if answered {
                tx.commit().await?;
            }
            return Ok(());
        }
        write.deadlines.push(settle(&mut hand, &desk, now, Mode::Live));
        write.conversations.push(hand.row);
        let written = async {
            tx.write(&write).await?;
            tx.commit().await?;
            Ok(())
        };
        self.disk_noted(written.await)?;
        drop(desk);
        self.bus().publish(Event::Conversations([conversation].as_slice().into()));
        Ok(())
    }
}

pub(crate) fn log(
    write: &mut IntakeWrite,
    hand: &Hand,
    kind: LogKind,
    at: Timestamp,
    detail: &serde_json::Value,
) {
    write.audit.push(AuditEntry { at, kind, conversation: Some(hand.row.id), detail: detail.to_string() });
}
