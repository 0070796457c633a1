//! Keys without their secrets, for people and for programs.

use serde_json::{Value as Json, json};
use stepwell_home::ListedKey;

use super::table;

/// A table of keys.
pub fn list(keys: &[ListedKey]) -> String {
    let row = |listed: &ListedKey| {
        let set_at = listed.key.set_at.map(|at| format!("{at:.0}"));
        vec![Some(listed.key.path.to_string()), Some(listed.store.to_owned()), set_at]
    };
    table::table(&["key", "store", "set at"].map(str::to_owned), &keys.iter().map(row).collect::<Vec<_>>())
}

/// A key, for programs.
pub fn json(listed: &ListedKey) -> Json {
    json!({ "path": listed.key.path, "store": listed.store, "set_at": listed.key.set_at })
}
