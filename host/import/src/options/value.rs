//! What the value of an option is.

/// The type of an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// Any text.
    Text,
    /// A day.
    Date,
    /// A moment.
    Datetime,
}

impl Type {
    /// What Rundeck's format (that of moment.js) shows: only hours make a moment of a day. Its own default has them.
    pub fn of_date_format(format: Option<&str>) -> Self {
        match format {
            Some(format) if !format.contains(['H', 'h', 'k', 'X', 'x', 'L']) => Self::Date,
            _ => Self::Datetime,
        }
    }

    /// What a job file calls it; none for text.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::Text => None,
            Self::Date => Some("date"),
            Self::Datetime => Some("datetime"),
        }
    }

    /// How its values look.
    pub fn example(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Date => "2026-01-31",
            Self::Datetime => "2026-01-31T12:00:00Z",
        }
    }

    /// Whether values in this format of moment.js are values here.
    pub fn is_written_as(self, format: &str) -> bool {
        match self {
            Self::Text => true,
            Self::Date => format == "YYYY-MM-DD",
            Self::Datetime => matches!(format, "YYYY-MM-DDTHH:mm:ssZ" | "YYYY-MM-DD[T]HH:mm:ssZ"),
        }
    }

    /// Whether a text is such a value.
    pub fn accepts(self, text: &str) -> bool {
        match self {
            Self::Text => true,
            Self::Date => text.parse::<jiff::civil::Date>().is_ok(),
            Self::Datetime => text.parse::<jiff::Timestamp>().is_ok(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_with_hours_is_a_moment() {
        for (format, kind, same) in [
            ("YYYY-MM-DD", Type::Date, true),
            ("MM/DD/YYYY", Type::Date, false),
            ("MM/DD/YYYY hh:mm a", Type::Datetime, false),
            ("YYYY-MM-DDTHH:mm:ssZ", Type::Datetime, true),
        ] {
            assert_eq!(Type::of_date_format(Some(format)), kind, "{format}");
            assert_eq!(kind.is_written_as(format), same, "{format}");
        }
        assert_eq!(Type::of_date_format(None), Type::Datetime);
    }
}
