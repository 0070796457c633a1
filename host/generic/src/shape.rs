//! Ways through a model that the protocols share.

use crate::model::{Field, Kind, Location, Member, Service, Shape, Structure};

/// Stands for a shape that is missing. [`Archive`](crate::archive::Archive) gives no service that refers to one.
static MISSING: Shape = Shape { name: String::new(), is_sensitive: false, kind: Kind::Document };
static EMPTY: Structure = Structure { fields: Vec::new(), payload: None, is_union: false, xml_name: None, error: None };

impl Service {
    /// The type of a member.
    pub fn shape(&self, member: &Member) -> &Shape {
        self.shapes.get(member.shape.0 as usize).unwrap_or(&MISSING)
    }

    /// The members of a request or response.
    pub fn structure(&self, member: Option<&Member>) -> &Structure {
        match member.map(|member| &self.shape(member).kind) {
            Some(Kind::Structure(structure)) => structure,
            _ => &EMPTY,
        }
    }
}

impl Structure {
    /// A member by its name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The member that is the body.
    pub(crate) fn payload(&self) -> Option<&Field> {
        self.fields.get(self.payload? as usize)
    }
}

impl Field {
    /// Its name on the wire.
    pub(crate) fn wire_name(&self) -> &str {
        self.member.wire_name.as_deref().unwrap_or(&self.name)
    }

    /// What the names of all headers begin with that it is made of. Without a wire name: all headers.
    pub(crate) fn prefix(&self) -> &str {
        self.member.wire_name.as_deref().unwrap_or_default()
    }

    /// Whether it stands in the body of a response. What stands in the path of a request stands there, too.
    pub(crate) fn is_in_response_body(&self) -> bool {
        matches!(self.member.location, Location::Body | Location::Path | Location::Query)
    }
}
