use super::*;
use crate::policy::{AlertPolicy, Policy};
use domain::{Alert, ConversationId, Deadline, DeadlineId, DeadlineKind, Stage, Timestamp};
use rstest::rstest;

fn at(text: &str) -> Timestamp {
    format!("2026-03-02T{text}+08:00").parse().unwrap()
}

fn policy() -> AlertPolicy {
    Policy::default().alerts
}

fn open(id: i64, kind: DeadlineKind, from: &str, due: &str) -> OpenDeadline {
    let deadline =
        Deadline { id: DeadlineId(id), conversation: ConversationId(id), kind, from: at(from), due: at(due) };
    OpenDeadline { deadline, raised: None, snoozed_until: None }
}

fn noon_reply(id: i64) -> OpenDeadline {
    open(id, DeadlineKind::Reply, "09:00:00", "12:00:00")
}

fn one(open: &OpenDeadline, now: &str, policy: &AlertPolicy) -> Option<Alert> {
    alerts_due(std::slice::from_ref(open), at(now), policy).pop()
}

#[rstest]
#[case::reply(DeadlineKind::Reply, "09:00:00", "12:00:00", &[-3600, -1800, -600, 0])]
#[case::limit(DeadlineKind::ReplyLimit, "00:00:00", "23:59:59", &[-7200, -1800])]
#[case::badge(DeadlineKind::BadgeReply, "09:00:00", "09:01:00", &[])]
#[case::escalation(DeadlineKind::Escalation, "09:00:00", "11:00:00", &[-2400, -1200, -360, 0])]
#[case::a_short_promise(DeadlineKind::TeamPromise, "09:00:00", "09:03:00", &[-60, -30, -10, 0])]
#[case::shorter_than_its_stages(DeadlineKind::Reply, "11:30:00", "12:00:00", &[-1800, -600, 0])]
fn each_kind_has_its_stages(
    #[case] kind: DeadlineKind,
    #[case] from: &str,
    #[case] due: &str,
    #[case] expected: &[i64],
) {
    let found: Vec<i64> = stages(&open(1, kind, from, due).deadline, &policy()).iter().map(|s| s.0).collect();
    assert_eq!(found, expected, "reply and limit as written, the badge none, others to their length");
}

#[test]
fn a_stage_is_raised_when_reached_and_not_again() {
    let mut reply = noon_reply(1);
    assert_eq!(one(&reply, "10:59:59", &policy()), None, "an hour and a second before");
    let alert = one(&reply, "11:00:00", &policy()).unwrap();
    assert_eq!((alert.stage, alert.last), (Stage(-3600), false), "60 min before");
    reply.raised = Some(alert.stage);
    assert_eq!(one(&reply, "11:29:59", &policy()), None, "raised once");
    assert_eq!(one(&reply, "10:00:00", &policy()), None, "also when the clock jumps back");
    assert_eq!(
        next_stage_at(&reply, at("11:00:00"), &policy()),
        Some(at("11:30:00")),
        "the loop knows the next"
    );
}

#[test]
fn after_sleep_only_the_latest_stage_comes() {
    let alert = one(&noon_reply(1), "11:55:00", &policy()).unwrap();
    assert_eq!(alert.stage, Stage(-600), "60 and 30 min before have passed unsaid");
    assert_eq!(alert.at, at("11:50:00"), "it says how late it is");
    let last = one(&noon_reply(1), "13:00:00", &policy()).unwrap();
    assert!(last.last && last.stage == Stage(0), "the deadline itself is the last stage: {last:?}");
}

#[test]
fn a_short_deadline_is_raised_to_its_end() {
    let mut promise = open(1, DeadlineKind::TeamPromise, "09:00:00", "09:03:00");
    promise.raised = Some(Stage(-60));
    assert_eq!(
        one(&promise, "09:03:00", &policy()).map(|a| a.stage),
        Some(Stage(0)),
        "a minute before is not 0"
    );
}

#[test]
fn quiet_hours_hold_back_all_but_the_last_stage() {
    let mut policy = policy();
    policy.quiet.value = vec!["22:00-11:55".parse().unwrap()];
    let reply = noon_reply(1);
    assert_eq!(one(&reply, "11:54:59", &policy), None, "held back");
    assert_eq!(one(&reply, "11:55:00", &policy).map(|a| a.stage), Some(Stage(-600)), "said when quiet ends");
    policy.quiet.value = vec!["00:00-24:00".parse().unwrap()];
    assert_eq!(one(&reply, "12:00:00", &policy).map(|a| a.last), Some(true), "the last stage always comes");
}

#[test]
fn a_snooze_ends_with_one_reminder_and_never_passes_the_deadline() {
    let policy = policy();
    let mut reply = OpenDeadline { raised: Some(Stage(-1800)), ..noon_reply(1) };
    let until = snooze_until(reply.deadline.due, at("11:45:30"), &policy);
    assert_eq!(until, Some(at("11:55:30")), "10 minutes");
    reply.snoozed_until = until;
    assert_eq!(one(&reply, "11:52:00", &policy), None, "the stage 10 min before falls into the snooze");
    assert_eq!(next_stage_at(&reply, at("11:50:00"), &policy), until, "the end of the snooze is next");
    let again = one(&reply, "11:55:30", &policy).unwrap();
    assert_eq!(again.stage, Stage(-270), "the reminder is a stage of its own");
    reply.raised = Some(again.stage);
    assert_eq!(one(&reply, "11:59:59", &policy), None, "and comes once");
    assert_eq!(one(&reply, "12:00:00", &policy).map(|a| a.stage), Some(Stage(0)), "the deadline still comes");
    assert_eq!(snooze_until(at("12:00:00"), at("11:55:00"), &policy), Some(at("12:00:00")), "not past it");
    assert_eq!(
        snooze_until(at("12:00:00"), at("12:00:00"), &policy),
        None,
        "nothing to put off once it is due"
    );
}

#[test]
fn alerts_of_one_minute_are_one_and_open_the_most_urgent() {
    let policy = policy();
    let all = [
        open(1, DeadlineKind::Reply, "09:00:00", "12:00:50"),
        open(2, DeadlineKind::Reply, "09:00:00", "12:00:00"),
        open(3, DeadlineKind::Reply, "09:00:00", "12:01:30"),
    ];
    let now = at("11:51:30");
    let groups = group(alerts_due(&all, now, &policy), now, &policy);
    let shape: Vec<(GroupKind, usize)> = groups.iter().map(|g| (g.kind, g.conversations())).collect();
    assert_eq!(
        shape,
        [(GroupKind::Merged, 2), (GroupKind::Single, 1)],
        "11:50:00 and 11:50:50; 11:51:30 apart"
    );
    assert_eq!(groups[0].most_urgent().map(|a| a.deadline.id), Some(DeadlineId(2)), "due at 12:00:00");
    assert_eq!(groups[0].within_minutes(now), 10, "9 min 20 s left is within 10 minutes");
    let late = noon_reply(4);
    assert!(
        groups[0].absorbs(&one(&late, "11:50:10", &policy).unwrap(), &policy),
        "the toast may be replaced"
    );
}

#[test]
fn after_a_long_sleep_there_is_one_digest() {
    let policy = policy();
    let all = [open(1, DeadlineKind::ReplyLimit, "00:00:00", "23:00:00"), noon_reply(2)];
    let now = at("21:30:00");
    let groups = group(alerts_due(&all, now, &policy), now, &policy);
    assert_eq!(groups.len(), 1, "everything in one: {groups:?}");
    assert_eq!(groups[0].kind, GroupKind::Digest, "noon was more than an hour ago");
    assert_eq!(
        groups[0].most_urgent().map(|a| a.deadline.id),
        Some(DeadlineId(2)),
        "the least time left first"
    );
}
