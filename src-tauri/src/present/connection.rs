//! Connections and their tests, as the window shows them.

use super::list::platform_dto;
use super::{code, instant, some};
use crate::wire::{
    CapabilityDto, CauseDto, CheckDto, CheckLine, CheckState, ConnectionDto, DirectoryDto, GatewayDto,
    InterfaceDto, MailProviderDto, NamePiece, ReportDto, SignInNeeds, VerdictDto,
};
use domain::{CapabilityState, Interface};
use engine::{Engine, Report};
use rules::connection::{
    Cause, Check, Directory, Finding, Limits, NameMismatch, Outcome, Piece, Verdict, secret_kind,
};

/// A test.
pub(crate) fn report(report: &Report) -> ReportDto {
    let verdict = match report.verdict {
        Verdict::Fit => VerdictDto::Fit,
        Verdict::Partly => VerdictDto::Partly,
        Verdict::Unfit => VerdictDto::Unfit,
    };
    let lines = report.lines.iter().map(|(check, outcome)| line(*check, outcome)).collect();
    ReportDto { at: instant(report.at), verdict, lines }
}

fn line(check: Check, outcome: &Outcome) -> CheckLine {
    let (check, capability) = match check {
        Check::Access => (CheckDto::Access, None),
        Check::Company => (CheckDto::Company, None),
        Check::Shop => (CheckDto::Shop, None),
        Check::Authorisation => (CheckDto::Authorisation, None),
        Check::Caller => (CheckDto::Caller, None),
        Check::Clock => (CheckDto::Clock, None),
        Check::Mailbox => (CheckDto::Mailbox, None),
        Check::Permission(which) => (CheckDto::Permission, Some(code(&which))),
    };
    let (state, finding) = match outcome {
        Outcome::Passed => (CheckState::Held, None),
        Outcome::Open => (CheckState::Open, None),
        Outcome::Warned(finding) => (CheckState::Warned, Some(finding)),
        // A missing permission switches one capability off and nothing else.
        Outcome::Failed(finding) if capability.is_some() => (CheckState::Off, Some(finding)),
        Outcome::Failed(finding) => (CheckState::Failed, Some(finding)),
    };
    CheckLine {
        check,
        capability,
        state,
        code: finding.map(|finding| finding.code.to_owned()),
        cause: finding.map(cause),
        remedy: finding.map(|finding| super::code(&finding.remedy)),
    }
}

fn cause(finding: &Finding) -> CauseDto {
    match &finding.cause {
        Cause::Refused { word } => CauseDto::Refused { word: word.clone() },
        Cause::Unreachable { detail } => CauseDto::Unreachable { detail: detail.clone() },
        Cause::Names(names) => mismatch(names),
        Cause::Shop { state } => CauseDto::Shop { state: code(state) },
        Cause::Expired { since } => CauseDto::Expired { since: instant(*since) },
        Cause::Expiring { until, days } => {
            CauseDto::Expiring { until: instant(*until), days: u32::try_from(*days).unwrap_or(0) }
        }
        Cause::Denied { word } => CauseDto::Denied { word: word.clone() },
        Cause::NotListed { address } => CauseDto::NotListed { address: address.clone() },
        Cause::Skewed { ahead_s, tolerated_s } => {
            CauseDto::Skewed { ahead_s: seconds(*ahead_s), tolerated_s: seconds(*tolerated_s) }
        }
        Cause::Login { refusal } => CauseDto::Login { refusal: code(refusal) },
    }
}

fn mismatch(names: &NameMismatch) -> CauseDto {
    let pieces = |pieces: &[Piece]| {
        pieces.iter().map(|piece| NamePiece { text: piece.text.clone(), differs: piece.differs }).collect()
    };
    CauseDto::Names {
        ours: pieces(&names.ours),
        theirs: pieces(&names.theirs),
        traits: names.traits.iter().map(code).collect(),
    }
}

/// Decades are as wrong as centuries.
fn seconds(seconds: i64) -> i32 {
    i32::try_from(seconds).unwrap_or(if seconds < 0 { i32::MIN } else { i32::MAX })
}

/// What is kept of a connection; none if there is none to be asked: a bridge, or a store out of an import.
pub(crate) fn connection(row: &store::StoreRow, by_browser: bool) -> Option<ConnectionDto> {
    let kept = Engine::connection(row)?;
    let capabilities = row.capabilities.iter().map(|(which, state)| {
        let (on, word) = match state {
            CapabilityState::On => (Some(true), None),
            CapabilityState::Off { code } => (Some(false), some(code)),
            CapabilityState::Unknown => (None, None),
        };
        CapabilityDto { capability: code(which), on, code: word }
    });
    Some(ConnectionDto {
        interface: interface_dto(kept.interface),
        name: row.store.name.clone(),
        host: kept.host,
        account: kept.account,
        shop_id: kept.shop_id,
        company: kept.company,
        by_browser,
        authorised_until: row.authorised_until.map(instant),
        capabilities: capabilities.collect(),
    })
}

pub(crate) const fn interface_dto(interface: Interface) -> InterfaceDto {
    match interface {
        Interface::Usual => InterfaceDto::Usual,
        Interface::RussianLocal => InterfaceDto::RussianLocal,
    }
}

pub(crate) const fn interface(interface: InterfaceDto) -> Interface {
    match interface {
        InterfaceDto::Usual => Interface::Usual,
        InterfaceDto::RussianLocal => Interface::RussianLocal,
    }
}

/// Every address that is known by name.
pub(crate) fn directory() -> DirectoryDto {
    let (known, limits) = (Directory::shipped(), Limits::shipped());
    let gateways = known.gateways.value.into_iter().map(|gateway| GatewayDto {
        platform: platform_dto(gateway.platform),
        interface: interface_dto(gateway.interface),
        id: gateway.id,
        url: gateway.url,
    });
    let mailboxes = known.mailboxes.value.into_iter().map(|mailbox| MailProviderDto {
        secret: code(&secret_kind(&mailbox.host, &limits)),
        sign_in: sign_in_needs(&mailbox.host),
        host: format!("{}:{}", mailbox.host, mailbox.port),
        id: mailbox.id,
        domains: mailbox.domains,
    });
    DirectoryDto { gateways: gateways.collect(), mailboxes: mailboxes.collect() }
}

/// What a form has to ask for before the browser is opened.
fn sign_in_needs(host: &str) -> Option<SignInNeeds> {
    channels::mail::wants_app_secret(host)
        .map(|secret| if secret { SignInNeeds::IdAndSecret } else { SignInNeeds::Id })
}
