//! What can be typed.

use crate::log::LogArgs;
use crate::quarantine::Quarantine;
use clap::{Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Tidebell on the command line.
#[derive(Debug, Parser)]
#[command(
    name = "tidebellctl",
    version,
    about = "Tidebell 潮铃 on the command line: import, parse, search, explain, log, verify, quarantine, serve, sandbox, bridge",
    after_help = "Examples:\n  tidebellctl --data ./inbox import messages.ndjson\n  tidebellctl --data ./inbox search 退款 --limit 5\n  \
                  tidebellctl explain dispatch < events.ndjson\n  tidebellctl parse mail < reminder.eml\n  \
                  tidebellctl --data ./inbox verify"
)]
pub(crate) struct Cli {
    /// The data folder; without it, the folder of the desktop program
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// What to do
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Take in messages from a file, one JSON object a line, through the whole intake
    #[command(
        after_help = "Each line: conversation, buyer, platform (aliexpress, shopee, email), store, sent_at \
                            (milliseconds since 1970), direction (in, out), text; \"id\" is used if there is one.\n\
                            A line that came before is not taken twice; a line that can't be read is kept in the \
                            quarantine.\n\nExample:\n  tidebellctl --data ./inbox import messages.ndjson"
    )]
    Import {
        /// The file, or - for standard input
        file: PathBuf,
    },
    /// Take in mails from files and folders into a mailbox
    #[command(
        after_help = "Reads .eml files, mbox files, Maildir folders and folders of these, to the bottom. A mail that came before, from \
                            the mailbox's server or from a file, is not taken twice; one that can't be read is kept in the quarantine; \
                            nothing of it rings. Ctrl+C stops after the mails under way; what was taken in stays.\n\n\
                            Prints one JSON object: mails (found), taken, known, unreadable, files, failed (files and folders \
                            that could not be read) with their names in faults, stopped, seconds, per_second.\n\nExamples:\n  \
                            tidebellctl --data ./inbox import-mail takeout.mbox --store service@example.com\n  \
                            tidebellctl --data ./inbox import-mail ~/Maildir old/*.eml --store 3"
    )]
    ImportMail {
        /// Files and folders
        #[arg(required = true, value_name = "PATH")]
        paths: Vec<PathBuf>,
        /// The mailbox, by its number or its name; a name that nobody has yet becomes a mailbox without a server
        #[arg(long, value_name = "NAME|ID")]
        store: String,
    },
    /// Show what Tidebell makes of a payload or a mail read from standard input; nothing is stored or sent
    #[command(
        after_help = "Prints one JSON object: {\"events\":[…]}, or {\"quarantined\":\"why\"} if it can't be read. Exit code 0 in \
                            both cases. The fields are described in the README of tidebellctl.\n\nExamples:\n  \
                            tidebellctl parse shopee-push < push.json\n  \
                            tidebellctl parse aliexpress-order --at 2026-03-02T09:00:00+08:00 < orders.json\n  \
                            tidebellctl parse aliexpress-russia --login ru1000 < chat-messages.json\n  \
                            tidebellctl parse mail --authserv-id mx.google.com < penalty.eml"
    )]
    Parse {
        /// What it is
        #[arg(value_enum)]
        kind: KindArg,
        /// When it came, such as 2026-03-02T09:00:00+08:00; without it, now. Remaining times are counted from there
        #[arg(long, value_name = "INSTANT")]
        at: Option<jiff::Timestamp>,
        /// For mails: the id under which the mailbox's provider signs Authentication-Results. May be given several times;
        /// without it, the server that took the mail in is believed
        #[arg(long = "authserv-id", value_name = "ID")]
        authserv_ids: Vec<String>,
        /// For chats of AliExpress: the store's own login in them, which tells who wrote a message. Needed for the old
        /// interface, and for a page of AliExpress Russia with one buyer only
        #[arg(long, value_name = "LOGIN")]
        login: Option<String>,
    },
    /// Find messages, buyers and orders; prints one JSON object a hit, newest first
    #[command(
        after_help = "Examples:\n  tidebellctl search 退款\n  tidebellctl search '订单A123退款' --count\n  \
                            tidebellctl search envio --store 2 --direction in --from 2026-01-01T00:00:00Z"
    )]
    Search {
        /// The words
        query: String,
        /// At most so many hits
        #[arg(long, default_value_t = 50)]
        limit: u32,
        /// Print only how many messages match
        #[arg(long)]
        count: bool,
        /// Only this store (its number)
        #[arg(long, value_name = "ID")]
        store: Option<i64>,
        /// Only messages from buyers (in) or from the team (out)
        #[arg(long, value_enum)]
        direction: Option<DirectionArg>,
        /// From this instant on, such as 2026-01-31T09:00:00+08:00
        #[arg(long, value_name = "INSTANT")]
        from: Option<jiff::Timestamp>,
        /// Before this instant
        #[arg(long, value_name = "INSTANT")]
        to: Option<jiff::Timestamp>,
    },
    /// Explain a rule on a script read from standard input, one JSON object a line
    #[command(subcommand)]
    Explain(Explain),
    /// Print the push log or a part of it, or write it to a file that somebody else can check
    #[command(
        after_help = "Without --out the entries go to standard output, oldest first. With --out they are written to a file, and \
                            beside it a text that tells how to check the chain and does it. An export of everything is a \
                            chain without gaps.\n\nExamples:\n  \
                            tidebellctl log --since 2026-03-01 --until 2026-03-08 --format csv --out march.csv\n  \
                            tidebellctl log --group replies --conversation 12\n  \
                            tidebellctl log --kind pushed --kind outside_failed --words 93000\n  \
                            tidebellctl log --out evidence.ndjson\n  tidebellctl log --check"
    )]
    Log(LogArgs),
    /// Check the data: integrity, the chain of the push log, orphan rows, the search index
    #[command(
        after_help = "Prints one JSON object. Exit code 0: all is well; 1: something is wrong, and it says \
                            what; 2: the data could not be opened."
    )]
    Verify,
    /// Run the same engine without a window: stores are read, bridges served, deadlines watched, until Ctrl+C
    Serve,
    /// Serve pretend platforms on this computer, with a console for faults: Shopee, AliExpress, a mailbox, WeCom robots
    #[command(
        after_help = "Prints one JSON object: what to type in the program to connect each, and where the console is; its \
                            first page says what it can do. Nothing is kept. Runs until Ctrl+C.\n\nExamples:\n  \
                            tidebellctl sandbox --port 8930\n  curl http://127.0.0.1:8930/"
    )]
    Sandbox {
        /// The console's port on 127.0.0.1; 0 takes a free one
        #[arg(long, default_value_t = 8930)]
        port: u16,
    },
    /// List what could not be read, hand it on, try it again
    #[command(subcommand)]
    Quarantine(Quarantine),
    /// Make and manage bridges, through which other programs hand in and fetch replies
    #[command(subcommand)]
    Bridge(Bridge),
}

/// What to do with bridges.
#[derive(Debug, Subcommand)]
pub(crate) enum Bridge {
    /// Make a bridge; prints its address and its token, which is shown only here
    #[command(
        after_help = "Example:\n  tidebellctl bridge add --name 'Lazada MY' --platform Lazada\n\nHow a program uses \
                            it: docs/BRIDGE.md"
    )]
    Add {
        /// The name of the store
        #[arg(long)]
        name: String,
        /// For which platform it hands in, for show
        #[arg(long, value_name = "WORD")]
        platform: String,
        /// Post replies to this address on this computer instead of letting them be fetched
        #[arg(long, value_name = "URL")]
        webhook: Option<String>,
    },
    /// List the bridges, one JSON object each, without tokens
    List,
    /// Give a bridge a new token; the one of before opens nothing from now on
    Rotate {
        /// The store's number, as `list` prints it
        id: i64,
    },
    /// Take a bridge's token away; what it handed in stays
    Revoke {
        /// The store's number, as `list` prints it
        id: i64,
    },
}

/// What a payload is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum KindArg {
    /// A push of Shopee, or its list of lost pushes
    ShopeePush,
    /// An answer of get_order_list or get_order_detail, or an order of it
    ShopeeOrder,
    /// An answer of get_return_list or get_return_detail, or a return of it
    ShopeeReturn,
    /// An answer of get_shop_notification, or a notice of it
    ShopeeNotification,
    /// A list or detail answer with AliExpress orders, or an order push
    AliexpressOrder,
    /// A list or detail answer with AliExpress disputes
    AliexpressIssue,
    /// An answer of AliExpress's partner IM interface: a buyer's messages (history/list2) or the conversations
    AliexpressIm,
    /// An answer of AliExpress's old message interface: querymsgdetaillist or querymsgrelationlist
    AliexpressLegacy,
    /// A page of AliExpress Russia's stream (chat-messages)
    AliexpressRussia,
    /// A mail with its headers (.eml)
    Mail,
}

/// Which way a message went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DirectionArg {
    /// From a buyer or a platform
    In,
    /// From the team
    Out,
}

/// Which rule.
#[derive(Debug, Subcommand)]
pub(crate) enum Explain {
    /// Who gets each message, and why
    #[command(after_help = "Events, one a line, in the order in which they happened:\n  \
                            {\"at\":\"2026-03-02T09:00:00+08:00\",\"event\":\"roster\",\"main\":\"shop\",\"subs\":[\"shop:Li\"]}\n  \
                            {\"at\":…,\"event\":\"presence\",\"account\":\"shop:Li\",\"to\":\"online\"}     or suspended, offline\n  \
                            {\"at\":…,\"event\":\"participates\",\"account\":\"shop\",\"to\":true}\n  \
                            {\"at\":…,\"event\":\"weight\",\"account\":\"shop:Li\",\"to\":3}     0 to 100, 1 without it; looked at after:\n  \
                            {\"at\":…,\"event\":\"weighted\",\"to\":true}     counts are divided by weights; off without it\n  \
                            {\"at\":…,\"event\":\"private\",\"buyer\":\"b1\",\"to\":true}\n  \
                            {\"at\":…,\"event\":\"message\",\"id\":\"m1\",\"buyer\":\"b1\",\"entry\":\"contact_link\"}     or {\"direct\":\"shop:Li\"}\n  \
                            {\"at\":…,\"event\":\"reply\",\"buyer\":\"b1\"}\n\nExample:\n  \
                            tidebellctl explain dispatch < events.ndjson")]
    Dispatch,
    /// What a conversation owes, and by when
    #[command(after_help = "A case a line: the conversation and the store's multi-device sync flag.\n  \
                            {\"id\":\"c1\",\"multi_device_sync\":false,\"messages\":[{\"at\":\"2026-03-02T09:00:00+08:00\",\n   \
                            \"from\":\"buyer\",\"type\":\"text\",\"device\":\"pc\"}]}\n\n\
                            from: buyer, seller, auto, system. type: text, emoji, image, video, sticker, order_card, \
                            item_card, note, read. device: pc or mobile.\n\nExample:\n  \
                            tidebellctl explain clocks < cases.ndjson")]
    Clocks,
}
