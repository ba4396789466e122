//! Message rules between the record and the window.

use super::instant;
use super::list::platform_dto;
use crate::app::App;
use crate::wire::{
    FiredDto, OfferDto, PlatformDto, RehearsalDto, RuleConditionDto, RuleDraftDto, RuleDto, RuleGoneDto,
    RuleProblemDto, RuleReplyDto, RuleTargetDto, RuleTriggerDto, RuleVerdictDto, SawDto, UiError,
};
use domain::{AccountId, DeadlineKind, Platform, Sensitive, StoreId};
use engine::{Gone, Rehearsal, ReplyFate, RuleDraft, RuleInfo, RuleProblem, Story};
use jiff::civil::Time;
use rules::message_rules::{AutoReply, Condition, HandOver, MessageRule, Saw, Target, Trigger, Verdict};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::HashMap;
use std::str::FromStr;
use store::{FiringRow, OfferRow, StoreError};

/// What seats, stores and robots are called.
pub(crate) struct Called {
    seats: HashMap<AccountId, String>,
    stores: HashMap<StoreId, String>,
    robots: HashMap<domain::RobotId, String>,
}

impl Called {
    pub(crate) async fn look(app: &App) -> Result<Self, UiError> {
        let store = app.engine.store();
        let seats = store.accounts().await?.into_iter().map(|row| (row.id, row.name.to_string()));
        let stores = store.stores().await?.into_iter().map(|row| (row.id, row.store.name));
        let robots = store.robots().await?.into_iter().map(|row| (row.id, row.robot.name));
        Ok(Self { seats: seats.collect(), stores: stores.collect(), robots: robots.collect() })
    }

    fn seat(&self, id: AccountId) -> String {
        self.seats.get(&id).cloned().unwrap_or_else(|| format!("#{id}"))
    }
}

/// A word of the rules' own vocabulary, as it stands on both sides of the border.
fn word<T: Serialize>(value: &T) -> Result<String, UiError> {
    match serde_json::to_value(value).map_err(StoreError::from)? {
        serde_json::Value::String(word) => Ok(word),
        other => Err(UiError::internal(format!("{other} is no word"))),
    }
}

fn of_word<T: DeserializeOwned>(word: &str) -> Result<T, UiError> {
    serde_json::from_value(serde_json::Value::String(word.to_owned())).map_err(|_| UiError::invalid(word))
}

fn words<'a, T: Serialize + 'a>(all: impl IntoIterator<Item = &'a T>) -> Result<Vec<String>, UiError> {
    all.into_iter().map(word).collect()
}

fn ids<T: FromStr<Err = std::num::ParseIntError> + Ord>(
    all: &[String],
) -> Result<std::collections::BTreeSet<T>, UiError> {
    all.iter().map(|id| Ok(id.parse()?)).collect()
}

fn names<'a, T: ToString + 'a>(all: impl IntoIterator<Item = &'a T>) -> Vec<String> {
    all.into_iter().map(ToString::to_string).collect()
}

const fn platform(dto: PlatformDto) -> Platform {
    match dto {
        PlatformDto::AliExpress => Platform::AliExpress,
        PlatformDto::Shopee => Platform::Shopee,
        PlatformDto::Mail => Platform::Mail,
        PlatformDto::Bridge => Platform::Bridge,
    }
}

fn trigger(dto: RuleTriggerDto) -> Result<Trigger, UiError> {
    of_word(&word(&dto)?)
}

const fn trigger_dto(trigger: Trigger) -> RuleTriggerDto {
    match trigger {
        Trigger::BuyerEnquiry => RuleTriggerDto::BuyerEnquiry,
        Trigger::NewOrder => RuleTriggerDto::NewOrder,
        Trigger::LogisticsException => RuleTriggerDto::LogisticsException,
        Trigger::Return => RuleTriggerDto::Return,
        Trigger::ComplaintMail => RuleTriggerDto::ComplaintMail,
        Trigger::Penalty => RuleTriggerDto::Penalty,
        Trigger::AccountSecurity => RuleTriggerDto::AccountSecurity,
        Trigger::Notice => RuleTriggerDto::Notice,
        Trigger::SuspiciousMail => RuleTriggerDto::SuspiciousMail,
        Trigger::DeadlineStage => RuleTriggerDto::DeadlineStage,
    }
}

fn time(text: &str) -> Result<Time, UiError> {
    text.parse().map_err(|_| UiError::invalid("interval"))
}

fn clock(time: Time) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}

fn condition(dto: RuleConditionDto) -> Result<Condition, UiError> {
    use RuleConditionDto as Dto;
    let typed = |all: Vec<String>| -> Vec<String> {
        let trimmed = all.into_iter().map(|one| one.trim().to_owned());
        trimmed.filter(|one| !one.is_empty()).collect()
    };
    Ok(match dto {
        Dto::Store { any } => Condition::Store { any: ids(&any)? },
        Dto::Platform { any } => Condition::Platform { any: any.into_iter().map(platform).collect() },
        Dto::Country { any } => Condition::Country { any: typed(any).into_iter().collect() },
        Dto::Words { any } => Condition::Words { any: typed(any) },
        Dto::Sensitive { any } => {
            let kinds = any.iter().map(|kind| of_word::<Sensitive>(kind));
            Condition::Sensitive { any: kinds.collect::<Result<_, _>>()? }
        }
        Dto::Status { any } => Condition::Status { any: typed(any).into_iter().collect() },
        Dto::WorkingTime { inside } => Condition::WorkingTime { inside },
        Dto::Clock { from, to } => Condition::Clock { from: time(&from)?, to: time(&to)? },
        Dto::Owned { owned } => Condition::Owned { owned },
        Dto::Deadline { any } => {
            let kinds = any.iter().map(|kind| of_word::<DeadlineKind>(kind));
            Condition::Deadline { any: kinds.collect::<Result<_, _>>()? }
        }
        Dto::LastStage => Condition::LastStage,
    })
}

fn condition_dto(condition: &Condition) -> Result<RuleConditionDto, UiError> {
    use RuleConditionDto as Dto;
    Ok(match condition {
        Condition::Store { any } => Dto::Store { any: names(any) },
        Condition::Platform { any } => Dto::Platform { any: any.iter().copied().map(platform_dto).collect() },
        Condition::Country { any } => Dto::Country { any: any.iter().cloned().collect() },
        Condition::Words { any } => Dto::Words { any: any.clone() },
        Condition::Sensitive { any } => Dto::Sensitive { any: words(any)? },
        Condition::Status { any } => Dto::Status { any: any.iter().cloned().collect() },
        Condition::WorkingTime { inside } => Dto::WorkingTime { inside: *inside },
        Condition::Clock { from, to } => Dto::Clock { from: clock(*from), to: clock(*to) },
        Condition::Owned { owned } => Dto::Owned { owned: *owned },
        Condition::Deadline { any } => Dto::Deadline { any: words(any)? },
        Condition::LastStage => Dto::LastStage,
    })
}

fn target(dto: RuleTargetDto) -> Result<Target, UiError> {
    use RuleTargetDto as Dto;
    Ok(match dto {
        Dto::Owner => Target::Owner,
        Dto::Agent { account } => Target::Agent { account: account.parse()? },
        Dto::Group { accounts } => Target::Group { accounts: ids(&accounts)? },
        Dto::Everybody => Target::Everybody,
        Dto::WecomGroup { robot } => Target::WecomGroup { robot: robot.parse()? },
    })
}

fn target_dto(target: &Target) -> RuleTargetDto {
    use RuleTargetDto as Dto;
    match target {
        Target::Owner => Dto::Owner,
        Target::Agent { account } => Dto::Agent { account: account.to_string() },
        Target::Group { accounts } => Dto::Group { accounts: names(accounts) },
        Target::Everybody => Dto::Everybody,
        Target::WecomGroup { robot } => Dto::WecomGroup { robot: robot.to_string() },
    }
}

/// A draft of the window, as the engine takes it.
pub(crate) fn draft(dto: RuleDraftDto) -> Result<RuleDraft, UiError> {
    let RuleDraftDto { id, name, enabled, trigger: event, conditions, targets, reply } = dto;
    let auto_reply = reply.map(|reply| -> Result<AutoReply, UiError> {
        let hand_over = match reply.hand_over {
            None => HandOver::Owner,
            Some(account) => HandOver::Agent { account: account.parse()? },
        };
        let said = reply.texts.into_iter().map(|(language, text)| (language, text.trim().to_owned()));
        Ok(AutoReply { texts: said.collect(), hand_over })
    });
    Ok(RuleDraft {
        id: id.map(|id| id.parse()).transpose()?,
        name,
        enabled,
        trigger: trigger(event)?,
        conditions: conditions.into_iter().map(condition).collect::<Result<_, _>>()?,
        targets: targets.into_iter().map(target).collect::<Result<_, _>>()?,
        auto_reply: auto_reply.transpose()?,
    })
}

fn draft_dto(rule: &MessageRule) -> Result<RuleDraftDto, UiError> {
    let reply = rule.auto_reply.as_ref().map(|reply| RuleReplyDto {
        texts: reply.texts.clone(),
        hand_over: match reply.hand_over {
            HandOver::Owner => None,
            HandOver::Agent { account } => Some(account.to_string()),
        },
    });
    Ok(RuleDraftDto {
        id: Some(rule.id.to_string()),
        name: rule.name.clone(),
        enabled: rule.enabled,
        trigger: trigger_dto(rule.trigger),
        conditions: rule.conditions.iter().map(condition_dto).collect::<Result<_, _>>()?,
        targets: rule.targets.iter().map(target_dto).collect(),
        reply,
    })
}

/// A rule for the list.
pub(crate) fn rule(info: &RuleInfo, called: &Called) -> Result<RuleDto, UiError> {
    let gone = info.gone.iter().map(|gone| match gone {
        Gone::Seat(seat) => RuleGoneDto::Seat { name: called.seat(*seat) },
        Gone::Robot(_) => RuleGoneDto::Robot,
        Gone::Stores { .. } => RuleGoneDto::Stores,
    });
    Ok(RuleDto {
        id: info.id.to_string(),
        name: info.name.clone(),
        enabled: info.enabled,
        draft: info.rule.as_ref().map(draft_dto).transpose()?,
        gone: gone.collect(),
        changed_at: instant(info.changed_at),
        changed_by: info.changed_by.map(|by| called.seat(by)),
        fired: u32::try_from(info.fired).unwrap_or(u32::MAX),
        last_fired: info.last_fired.map(instant),
    })
}

/// What is wrong with a draft, by its code and what the sentence needs.
pub(crate) fn problem(problem: &RuleProblem) -> Result<RuleProblemDto, UiError> {
    let plain = |code: &str| RuleProblemDto {
        code: code.to_owned(),
        index: None,
        language: None,
        words: None,
        what: None,
    };
    Ok(match problem {
        RuleProblem::NameTaken => plain("name_taken"),
        RuleProblem::Gone(_) => plain("gone"),
        RuleProblem::Fault(fault) => {
            let said = serde_json::to_value(fault).map_err(StoreError::from)?;
            let text = |name: &str| said[name].as_str().map(str::to_owned);
            RuleProblemDto {
                code: text("code").unwrap_or_default(),
                index: said["index"].as_u64().and_then(|index| u32::try_from(index).ok()),
                language: text("language"),
                words: text("words"),
                what: text("what"),
            }
        }
    })
}

fn saw_dto(saw: &Saw, called: &Called) -> Result<SawDto, UiError> {
    let (name, values) = match saw {
        Saw::Store(store) => ("store", vec![called.stores.get(store).cloned().unwrap_or_default()]),
        Saw::Platform(platform) => ("platform", vec![platform.as_str().to_owned()]),
        Saw::Country(country) => ("country", vec![country.clone()]),
        Saw::Words(words) => ("words", words.clone()),
        Saw::Sensitive(kinds) => ("sensitive", words(kinds)?),
        Saw::Status(status) => ("status", vec![status.clone()]),
        Saw::WorkingTime(inside) => ("working_time", vec![inside.to_string()]),
        Saw::Clock(time) => ("clock", vec![clock(*time)]),
        Saw::Owner(owner) => ("owner", owner.iter().map(|owner| called.seat(*owner)).collect()),
        Saw::Deadline(kind) => ("deadline", vec![kind.as_str().to_owned()]),
        Saw::LastStage(_) => ("last_stage", Vec::new()),
    };
    Ok(SawDto { saw: name.to_owned(), values })
}

/// A line of a dry run.
pub(crate) fn rehearsal(one: Rehearsal, called: &Called) -> Result<RehearsalDto, UiError> {
    let (verdict, stopped_by, saw) = match &one.verdict {
        Verdict::Fires { fired } => {
            let saw = fired.reason.saw.iter().map(|saw| saw_dto(saw, called)).collect::<Result<_, _>>()?;
            (RuleVerdictDto::Fires, Vec::new(), saw)
        }
        Verdict::OtherTrigger => (RuleVerdictDto::OtherTrigger, Vec::new(), Vec::new()),
        Verdict::TooOld { .. } => (RuleVerdictDto::TooOld, Vec::new(), Vec::new()),
        Verdict::Stopped { conditions } => {
            let places = conditions.iter().filter_map(|index| u32::try_from(*index).ok());
            (RuleVerdictDto::Stopped, places.collect(), Vec::new())
        }
    };
    let (at, store_name) = (instant(one.at), one.store);
    Ok(RehearsalDto { at, store_name, title: one.title, words: one.words, verdict, stopped_by, saw })
}

/// A firing for the timeline; none if nobody can read any more what it was.
pub(crate) fn fired(row: &FiringRow, called: &Called) -> Result<Option<FiredDto>, UiError> {
    let Ok(story) = serde_json::from_str::<Story>(&row.why) else { return Ok(None) };
    let robots = story.targets.iter().filter_map(|target| match target {
        Target::WecomGroup { robot } => Some(called.robots.get(robot).cloned()),
        Target::Owner | Target::Agent { .. } | Target::Group { .. } | Target::Everybody => None,
    });
    let reply = story.reply.map(|reply| match reply.fate {
        ReplyFate::Offered => "offered",
        ReplyFate::Withheld => "withheld",
        ReplyFate::NoChat => "no_chat",
    });
    let handed = story.reply.filter(|reply| reply.handed_over).map(|reply| called.seat(reply.person));
    Ok(Some(FiredDto {
        // Apart from messages and assignments, whose ids are numbers too.
        id: format!("fired-{}", row.id),
        at: instant(row.at),
        rule_name: row.name.clone(),
        trigger: trigger_dto(story.reason.trigger),
        saw: story.reason.saw.iter().map(|saw| saw_dto(saw, called)).collect::<Result<_, _>>()?,
        to_names: story.seats.iter().map(|seat| called.seat(*seat)).collect(),
        everybody: story.targets.contains(&Target::Everybody),
        groups: robots.collect(),
        reply: reply.map(str::to_owned),
        handed_to: handed,
    }))
}

/// A text that waits for a person.
pub(crate) fn offer(row: OfferRow) -> OfferDto {
    OfferDto { id: row.id.to_string(), rule_name: row.rule_name, language: row.language, text: row.text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{MessageRuleId, RobotId};
    use rules::message_rules::FRESH_S;

    #[test]
    fn a_rule_comes_back_from_the_window_as_it_went_there() {
        let time = |hour| jiff::civil::time(hour, 30, 0, 0);
        for trigger in Trigger::ALL {
            let texts = [("zh", "您好"), ("en", "Hello")].map(|(l, t)| (l.to_owned(), t.to_owned()));
            let rule = MessageRule {
                id: MessageRuleId(7),
                name: "夜间".into(),
                enabled: false,
                trigger,
                conditions: vec![
                    Condition::Store { any: [StoreId(1), StoreId(2)].into() },
                    Condition::Platform { any: [Platform::Shopee, Platform::Mail].into() },
                    Condition::Country { any: ["RU".to_owned()].into() },
                    Condition::Words { any: vec!["talla".into(), "尺码".into()] },
                    Condition::Sensitive { any: [Sensitive::BadReview].into() },
                    Condition::Status { any: ["SHIPPED".to_owned()].into() },
                    Condition::WorkingTime { inside: false },
                    Condition::Clock { from: time(22), to: time(9) },
                    Condition::Owned { owned: true },
                    Condition::Deadline { any: [DeadlineKind::PlatformDue].into() },
                    Condition::LastStage,
                ],
                targets: vec![
                    Target::Owner,
                    Target::Everybody,
                    Target::Agent { account: AccountId(3) },
                    Target::Group { accounts: [AccountId(3), AccountId(4)].into() },
                    Target::WecomGroup { robot: RobotId(5) },
                ],
                auto_reply: Some(AutoReply {
                    texts: texts.into(),
                    hand_over: HandOver::Agent { account: AccountId(3) },
                }),
                fresh_s: FRESH_S,
            };
            let back = draft(draft_dto(&rule).unwrap()).unwrap();
            assert_eq!(
                (back.id, back.name, back.enabled),
                (Some(rule.id), rule.name, rule.enabled),
                "its head"
            );
            assert_eq!(back.trigger, rule.trigger, "what it waits for");
            assert_eq!(back.conditions, rule.conditions, "its conditions");
            assert_eq!(
                (back.targets, back.auto_reply),
                (rule.targets, rule.auto_reply),
                "whom it tells, and what"
            );
        }
    }

    #[test]
    fn what_is_typed_in_vain_is_left_out_and_what_is_no_time_is_refused() {
        let words = RuleConditionDto::Words { any: vec![" talla ".into(), "  ".into()] };
        assert_eq!(condition(words).unwrap(), Condition::Words { any: vec!["talla".into()] }, "trimmed");
        let clock = RuleConditionDto::Clock { from: "25:00".into(), to: "09:00".into() };
        assert_eq!(
            condition(clock).unwrap_err().detail,
            "interval",
            "the code has its sentence in the window"
        );
    }
}
