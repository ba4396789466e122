//! What a host does with a command.

use domain::{AccountId, Body, ConversationId, Presence};
use rstest::rstest;
use team::{
    ClientId, ClientIdError, Command, Epoch, HostSeq, HostView, Intent, MemberId, Standing, Verdict, judge,
};

const OLD: Epoch = Epoch::FIRST;

fn reply() -> Intent {
    Intent::Reply { conversation: ConversationId(7), body: Body::from_text("Your parcel left today") }
}

fn command(epoch: Epoch, seen: u64, intent: Intent) -> Command {
    let client_id = ClientId::parse("01JDAKX2V9").expect("ten letters and digits are an id");
    Command { client_id, member: MemberId::from_digest([1; 32]), epoch, seen: HostSeq(seen), intent }
}

fn host(epoch: Epoch, known: bool, newest: u64) -> HostView {
    HostView { epoch, known, newest: HostSeq(newest) }
}

#[rstest]
#[case::nothing_new(command(OLD, 41, reply()), host(OLD, false, 41), Verdict::Accept)]
#[case::the_buyer_wrote_meanwhile(command(OLD, 41, reply()), host(OLD, false, 42), Verdict::Stale { newest: HostSeq(42) })]
#[case::sent_twice(command(OLD, 41, reply()), host(OLD, true, 42), Verdict::Known)]
#[case::an_old_host_returns(command(OLD.next(), 41, reply()), host(OLD, false, 41), Verdict::Superseded { epoch: OLD.next() })]
#[case::a_member_follows_an_old_host(command(OLD, 41, reply()), host(OLD.next(), false, 41), Verdict::Behind { epoch: OLD.next() })]
#[case::the_answer_was_lost_in_a_take_over(command(OLD, 41, reply()), host(OLD.next(), true, 99), Verdict::Known)]
fn a_reply_is_sent_only_by_the_host_and_only_when_its_writer_saw_everything(
    #[case] command: Command,
    #[case] host: HostView,
    #[case] verdict: Verdict,
) {
    assert_eq!(judge(&command, host), verdict, "two people must never answer one buyer past each other");
}

#[rstest]
#[case(Intent::Transfer { conversation: ConversationId(7), to: AccountId(2), note: String::new() })]
#[case(Intent::SetPresence { account: AccountId(2), presence: Presence::Suspended })]
fn what_a_buyers_next_word_does_not_change_is_never_stale(#[case] intent: Intent) {
    assert_eq!(
        judge(&command(OLD, 1, intent), host(OLD, false, 50)),
        Verdict::Accept,
        "it says nothing to the buyer"
    );
}

#[test]
fn marking_done_without_seeing_the_last_message_is_stale() {
    let intent = Intent::MarkDone { conversation: ConversationId(7) };
    let verdict = judge(&command(OLD, 1, intent), host(OLD, false, 2));
    assert_eq!(
        verdict,
        Verdict::Stale { newest: HostSeq(2) },
        "an unread question would vanish from the list"
    );
}

#[test]
fn the_higher_epoch_stays_the_host() {
    assert_eq!(OLD.meets(OLD.next()), Standing::ReadOnly(OLD.next()), "the old host steps back");
    assert_eq!(OLD.next().meets(OLD), Standing::Host, "the new one stays");
    assert_eq!(OLD.meets(OLD), Standing::Host, "only a click raises an epoch");
}

#[rstest]
#[case("short", ClientIdError::Length { length: 5 })]
#[case("has a space", ClientIdError::Characters)]
#[case("../../etc/passwd", ClientIdError::Characters)]
fn a_text_that_is_no_client_id_is_refused(#[case] text: &str, #[case] error: ClientIdError) {
    assert_eq!(ClientId::parse(text), Err(error), "an id goes into logs and rows as it is");
}

#[test]
fn a_command_survives_the_wire() {
    let sent = command(OLD, 41, reply());
    let wire = serde_json::to_string(&sent).unwrap();
    let received: Command = serde_json::from_str(&wire).unwrap();
    assert_eq!(received, sent, "the host must judge what the member wrote: {wire}");
    let forged = wire.replace("01JDAKX2V9", "a b");
    assert!(serde_json::from_str::<Command>(&forged).is_err(), "a nonsense id stops at the edge");
}
