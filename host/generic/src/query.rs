//! The forms of query and EC2.

use serde_json::Value as Json;

use crate::mismatch::{Mismatch, item};
use crate::model::{Field, Kind, Member, Operation, Service, TimeFormat};
use crate::scalar;
use crate::uri::encode;

/// The body of a request.
pub(crate) fn write(service: &Service, operation: &Operation, input: &Json, is_ec2: bool) -> Result<String, Mismatch> {
    let mut form = Form { service, is_ec2, text: String::new() };
    form.pair("Action", &operation.name);
    form.pair("Version", &service.api_version);
    if let Some(member) = &operation.input {
        form.value("", member, input)?;
    }
    Ok(form.text)
}

struct Form<'a> {
    service: &'a Service,
    is_ec2: bool,
    text: String,
}

impl Form<'_> {
    fn pair(&mut self, key: &str, value: &str) {
        if !self.text.is_empty() {
            self.text.push('&');
        }
        self.text.push_str(&encode(key));
        self.text.push('=');
        self.text.push_str(&encode(value));
    }

    fn key(&self, field: &Field, value: &Json) -> String {
        let member = &field.member;
        if self.is_ec2 {
            let own = || capitalized(field.wire_name());
            return member.query_name.clone().unwrap_or_else(own);
        }
        // A flattened list goes by the name of its items when it has none of its own, and has items.
        if let Kind::List { member: of_items, .. } = &self.service.shape(member).kind
            && member.flattened
            && member.wire_name.is_none()
            && value.as_array().is_some_and(|items| !items.is_empty())
        {
            return of_items.wire_name.clone().unwrap_or_else(|| field.name.clone());
        }
        field.wire_name().to_owned()
    }

    fn value(&mut self, key: &str, member: &Member, value: &Json) -> Result<(), Mismatch> {
        let service = self.service;
        let flattened = member.flattened || self.is_ec2;
        match (&service.shape(member).kind, value) {
            (Kind::Structure(structure), Json::Object(fields)) => {
                for field in &structure.fields {
                    if let Some(value) = fields.get(&field.name).filter(|value| !value.is_null()) {
                        let own = self.key(field, value);
                        let key = if key.is_empty() { own } else { format!("{key}.{own}") };
                        self.value(&key, &field.member, value).map_err(|error| error.under(&field.name))?;
                    }
                }
            }
            // EC2 knows no empty list.
            (Kind::List { .. }, Json::Array(items)) if items.is_empty() => {
                if !self.is_ec2 {
                    self.pair(key, "");
                }
            }
            (Kind::List { member, .. }, Json::Array(items)) => {
                let own = member.wire_name.as_deref().unwrap_or("member");
                let key = if flattened { key.to_owned() } else { format!("{key}.{own}") };
                for (n, value) in items.iter().enumerate() {
                    self.value(&format!("{key}.{}", n + 1), member, value).map_err(|error| error.under(item(n)))?;
                }
            }
            (Kind::Map { key: of_key, value: of_value, .. }, Json::Object(entries)) => {
                let between = if flattened { "" } else { ".entry" };
                for (n, (name, value)) in entries.iter().enumerate() {
                    let entry = format!("{key}{between}.{}", n + 1);
                    self.pair(&format!("{entry}.{}", of_key.wire_name.as_deref().unwrap_or("key")), name);
                    let key = format!("{entry}.{}", of_value.wire_name.as_deref().unwrap_or("value"));
                    self.value(&key, of_value, value).map_err(|error| error.under(name))?;
                }
            }
            (kind, value) => {
                let format = member.timestamp.unwrap_or(TimeFormat::Iso8601);
                self.pair(key, &scalar::to_text(kind, value, format)?);
            }
        }
        Ok(())
    }
}

fn capitalized(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
