//! What the push log can say: the sorts of entries, and the groups in which people look for them (`docs/RULES.md` §8).

/// One line a sort: its name here, its word in the file, its group. The word is part of what is hashed: it is never
/// changed, and never used for something else.
macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $word:literal in $group:ident;)*) => {
        /// What an entry of the push log says happened.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum LogKind {
            $($(#[$doc])* $name,)*
        }

        impl LogKind {
            /// All of them, group by group.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The word used in the file, in exports and on the command line.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }

            /// Reads [`LogKind::as_str`] back.
            #[must_use]
            pub fn parse(word: &str) -> Option<Self> {
                match word {
                    $($word => Some(Self::$name),)*
                    _ => None,
                }
            }

            /// Where people look for it.
            #[must_use]
            pub const fn group(self) -> LogGroup {
                match self {
                    $(Self::$name => LogGroup::$group,)*
                }
            }
        }
    };
}

kinds! {
    /// An event came in: a message, a notice, a mail, a state of a return or dispute.
    Received = "received" in Messages;
    /// An order came in, or a newer state of one.
    OrderReceived = "order_received" in Messages;
    /// Something came in that could not be read; its bytes are kept.
    Quarantined = "quarantined" in Messages;
    /// What could not be read before could be read at last, and was taken in.
    ReadAgain = "read_again" in Messages;
    /// What was new in a conversation was put before a person.
    Shown = "shown" in Messages;
    /// A conversation was given to a seat.
    Assigned = "assigned" in Messages;

    /// A conversation was put aside.
    Done = "done" in Handling;
    /// A conversation was taken up again.
    Reopened = "reopened" in Handling;
    /// A person put a conversation back among the unread ones.
    Unread = "unread" in Handling;
    /// A sensitive matter was handed to the platform.
    Escalated = "escalated" in Handling;
    /// A person handed a conversation to another seat.
    Transferred = "transferred" in Handling;
    /// What people note on a buyer was changed.
    BuyerNotes = "buyer_notes" in Handling;
    /// What a buyer wrote and is called was erased.
    BuyerErased = "buyer_erased" in Handling;
    /// A person looked at a phone number or an address that is kept sealed.
    PersonalShown = "personal_shown" in Handling;

    /// A person wrote a reply.
    ReplyWritten = "reply_written" in Replies;
    /// A refused reply was asked for again.
    ReplyWaiting = "reply_waiting" in Replies;
    /// A reply was handed to the platform.
    ReplySending = "reply_sending" in Replies;
    /// The platform took a reply.
    ReplySent = "reply_sent" in Replies;
    /// A reply was not sent, and why.
    ReplyRefused = "reply_refused" in Replies;
    /// A text that a rule offered was taken as an answer.
    OfferTaken = "offer_taken" in Replies;
    /// A text that a rule offered was put aside.
    OfferDropped = "offer_dropped" in Replies;
    /// Nobody knows whether a reply arrived.
    ReplyUnknown = "reply_unknown" in Replies;
    /// A reply was taken back before it was sent.
    ReplyCancelled = "reply_cancelled" in Replies;

    /// A stage of a deadline was raised.
    AlertRaised = "alert_raised" in Alerts;
    /// The system took an alert and shows it.
    AlertShown = "alert_shown" in Alerts;
    /// The system refused to show an alert.
    AlertRefused = "alert_refused" in Alerts;
    /// A person acted on what had been raised.
    AlertActed = "alert_acted" in Alerts;
    /// Alerts were put off.
    Snoozed = "snoozed" in Alerts;
    /// Nobody acted, so somebody else was asked.
    LadderClimbed = "ladder_climbed" in Alerts;
    /// A message rule fired.
    RuleFired = "rule_fired" in Alerts;
    /// Seats were told that rules had fired.
    RuleTold = "rule_told" in Alerts;
    /// People were told of a store that is not read.
    StoreSilent = "store_silent" in Alerts;
    /// A store that had been silent was read again.
    StoreHeard = "store_heard" in Alerts;
    /// The owner was told that an authorisation ends soon.
    AuthorisationEnds = "authorisation_ends" in Alerts;

    /// A notice was put on its way to people who are not at this program.
    QueuedOutside = "queued_outside" in Outside;
    /// A try to hand notices over failed.
    OutsideFailed = "outside_failed" in Outside;
    /// What became of a notice.
    Pushed = "pushed" in Outside;

    /// A store was connected.
    StoreAdded = "store_added" in Stores;
    /// The connection of a store was changed.
    StoreChanged = "store_changed" in Stores;
    /// Whether replies from a phone count was switched.
    MultiDeviceSync = "multi_device_sync" in Stores;
    /// A store is no longer read.
    StorePaused = "store_paused" in Stores;
    /// A store is read again.
    StoreResumed = "store_resumed" in Stores;
    /// For how long a store's content is kept was changed.
    KeepDays = "keep_days" in Stores;
    /// Content that was kept long enough was erased.
    ContentExpired = "content_expired" in Stores;
    /// The owner signed that phone numbers or addresses are kept.
    PersonalKept = "personal_kept" in Stores;
    /// Phone numbers or addresses are no longer kept; those that were are gone.
    PersonalDropped = "personal_dropped" in Stores;
    /// Phone numbers and addresses that were kept long enough were erased.
    PersonalExpired = "personal_expired" in Stores;
    /// A mailbox and its server were not the same when they were compared.
    MailboxDiffers = "mailbox_differs" in Stores;
    /// A folder of a mailbox cannot be read.
    FolderGone = "folder_gone" in Stores;
    /// A folder of a mailbox can be read again.
    FolderBack = "folder_back" in Stores;
    /// Mails came in from files.
    MailImported = "mail_imported" in Stores;
    /// A store was removed with what came from it.
    StoreRemoved = "store_removed" in Stores;
    /// A bridge got a new token.
    BridgeTokenRotated = "bridge_token_rotated" in Stores;
    /// A bridge's token was taken away.
    BridgeTokenRevoked = "bridge_token_revoked" in Stores;

    /// A seat was added.
    AccountAdded = "account_added" in Team;
    /// A seat went online, suspended or offline.
    Presence = "presence" in Team;
    /// Whether a seat takes part in distribution was switched.
    Participates = "participates" in Team;
    /// A seat's weight in distribution was changed.
    Weight = "weight" in Team;
    /// A seat was disabled or enabled.
    Disabled = "disabled" in Team;
    /// A seat was deleted.
    AccountDeleted = "account_deleted" in Team;

    /// A setting was changed.
    Setting = "setting" in Settings;
    /// A message rule was added.
    RuleAdded = "rule_added" in Settings;
    /// A message rule was changed.
    RuleChanged = "rule_changed" in Settings;
    /// A message rule was switched on or off.
    RuleSwitched = "rule_switched" in Settings;
    /// The order of the message rules was changed.
    RulesOrdered = "rules_ordered" in Settings;
    /// A message rule was removed.
    RuleRemoved = "rule_removed" in Settings;
    /// A way out to the team's own `WeCom` was added.
    RobotAdded = "robot_added" in Settings;
    /// A way out was changed.
    RobotChanged = "robot_changed" in Settings;
    /// A way out was removed.
    RobotRemoved = "robot_removed" in Settings;
}

impl AsRef<str> for LogKind {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

/// In which groups people look for entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LogGroup {
    /// What came in, and before whom it was put.
    Messages,
    /// What people did with conversations.
    Handling,
    /// Replies and their fate.
    Replies,
    /// Alerts, and what the system made of them.
    Alerts,
    /// What was told to people who are not at this program.
    Outside,
    /// Stores.
    Stores,
    /// Seats.
    Team,
    /// Settings.
    Settings,
}

impl LogGroup {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 8] = [
        Self::Messages,
        Self::Handling,
        Self::Replies,
        Self::Alerts,
        Self::Outside,
        Self::Stores,
        Self::Team,
        Self::Settings,
    ];

    /// The word used on the command line and at the border to the window.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Messages => "messages",
            Self::Handling => "handling",
            Self::Replies => "replies",
            Self::Alerts => "alerts",
            Self::Outside => "outside",
            Self::Stores => "stores",
            Self::Team => "team",
            Self::Settings => "settings",
        }
    }

    /// The sorts of entries in it.
    pub fn kinds(self) -> impl Iterator<Item = LogKind> {
        LogKind::ALL.iter().copied().filter(move |kind| kind.group() == self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_read_back_by_its_own_word() {
        for kind in LogKind::ALL {
            assert_eq!(LogKind::parse(kind.as_str()), Some(*kind), "a word is in the file for good");
        }
        assert_eq!(LogKind::parse("receive"), None, "half a word is none");
    }

    #[test]
    fn every_kind_is_found_in_a_group() {
        let found: usize = LogGroup::ALL.iter().map(|group| group.kinds().count()).sum();
        assert_eq!(found, LogKind::ALL.len(), "what is in no group is never found");
        assert!(LogGroup::ALL.iter().all(|group| group.kinds().next().is_some()), "no group is empty");
    }
}
