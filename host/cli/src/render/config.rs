//! The settings of the host and of a project, for people and for programs.

use serde_json::{Value as Json, json};
use stepwell_model::settings::ShownSetting;
use stepwell_model::source::Place;

use super::table;
use crate::out;

/// A table of settings.
pub fn list(settings: &[ShownSetting]) -> String {
    let row = |setting: &ShownSetting| {
        let from = match &setting.place {
            Some(place) if setting.is_overridden => format!("{place}, overridden"),
            Some(place) => place.to_string(),
            None => "default".to_owned(),
        };
        [setting.key.clone(), setting.value.to_string(), from].map(Some).into()
    };
    let columns = ["setting", "value", "from"].map(str::to_owned);
    table::fitted(&columns, &settings.iter().map(row).collect::<Vec<_>>(), out::width())
}

/// A setting, for programs.
pub fn json(ShownSetting { key, value, place, is_overridden }: &ShownSetting) -> Json {
    let place = place.as_ref().map(Place::to_string);
    json!({ "key": key, "value": value, "place": place, "overridden": is_overridden })
}
