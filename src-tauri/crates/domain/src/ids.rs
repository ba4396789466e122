//! Ids are newtypes, so that a buyer's id can never be handed in where a conversation's is asked for.

use serde::{Deserialize, Serialize};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::num::ParseIntError;
            fn from_str(s: &str) -> Result<Self, Self::Err> {
                s.parse().map(Self)
            }
        }
    };
}

id!(
    /// A connected account on one platform, or a mailbox (店铺).
    StoreId
);
id!(
    /// A seat: the main account or one of its sub-accounts (主账号 / 子账号).
    AccountId
);
id!(
    /// A buyer as one store knows them; the same person in two stores is two buyers.
    BuyerId
);
id!(
    /// All messages with one buyer in one store, or one notification or mail thread (会话).
    ConversationId
);
id!(
    /// One message, notification or mail in a conversation.
    MessageId
);
id!(
    /// One recorded distribution or transfer.
    AssignmentId
);
id!(
    /// One running or settled clock of a conversation.
    DeadlineId
);
id!(
    /// One reply on its way out.
    OutboxId
);
id!(
    /// One message rule of the team (`docs/RULES.md` §8).
    MessageRuleId
);
id!(
    /// One way out to the team's own `WeCom`: a group robot, or an application (`docs/RULES.md` §8).
    RobotId
);
