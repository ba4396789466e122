//! Least data as the window shows it.

use crate::app::App;
use crate::wire::{
    PersonalDto, PersonalFieldDto, PersonalStateDto, PersonalSwitchDto, StorePrivacyDto, UiError,
};
use domain::PersonalField;
use engine::{Engine, Masked, MaskedField};
use store::StoreRow;

/// What is kept of a store.
pub(crate) async fn store_privacy(app: &App, row: StoreRow) -> Result<StorePrivacyDto, UiError> {
    let mut personal = Vec::new();
    if Engine::has_personal_fields(row.store.platform) {
        for field in PersonalField::ALL {
            let kept = app.engine.store().sealed_count(row.id, field).await?;
            personal.push(PersonalSwitchDto {
                field: field_dto(field),
                on: row.keep.has(field),
                kept: u32::try_from(kept).unwrap_or(u32::MAX),
            });
        }
    }
    Ok(StorePrivacyDto { id: row.id.to_string(), name: row.store.name, keep_days: row.keep_days, personal })
}

/// A kept field of an order.
pub(super) fn personal(field: MaskedField) -> PersonalDto {
    let (state, masked) = match field.masked {
        Masked::Mask { text, stale: false } => (PersonalStateDto::Kept, Some(text)),
        Masked::Mask { text, stale: true } => (PersonalStateDto::Stale, Some(text)),
        Masked::Missed => (PersonalStateDto::Missed, None),
        Masked::Locked => (PersonalStateDto::Locked, None),
        Masked::Lost => (PersonalStateDto::Lost, None),
    };
    PersonalDto { field: field_dto(field.field), state, masked }
}

const fn field_dto(field: PersonalField) -> PersonalFieldDto {
    match field {
        PersonalField::Phone => PersonalFieldDto::Phone,
        PersonalField::Address => PersonalFieldDto::Address,
    }
}

impl From<PersonalFieldDto> for PersonalField {
    fn from(field: PersonalFieldDto) -> Self {
        match field {
            PersonalFieldDto::Phone => Self::Phone,
            PersonalFieldDto::Address => Self::Address,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_mask_of_a_field_crosses_the_border() {
        let shown = |masked: Masked| {
            let dto = personal(MaskedField { order_no: "O1".into(), field: PersonalField::Phone, masked });
            (dto.state, dto.masked)
        };
        let mask = |stale| Masked::Mask { text: "138****5678".into(), stale };
        assert_eq!(shown(mask(false)), (PersonalStateDto::Kept, Some("138****5678".into())), "its ends");
        assert_eq!(shown(mask(true)).0, PersonalStateDto::Stale, "a later one came");
        assert_eq!(shown(Masked::Locked), (PersonalStateDto::Locked, None), "no key now");
        assert_eq!(shown(Masked::Lost), (PersonalStateDto::Lost, None), "no key any more");
        assert_eq!(shown(Masked::Missed), (PersonalStateDto::Missed, None), "never kept");
    }
}
