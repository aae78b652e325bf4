//! What is wrong with a value of the configuration.

use std::fmt;

/// What is wrong with a value, and whether that says already what to write instead. If not, an example of the key's value
/// follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wrong {
    /// It is of another type than expected.
    Mistyped(String),
    /// What is wrong, and nothing else.
    Bare(String),
    /// What is wrong, and what to do.
    Advised(String),
}

impl Wrong {
    /// What is wrong, and nothing else.
    pub(super) fn bare(what: impl fmt::Display) -> Wrong {
        Wrong::Bare(what.to_string())
    }

    /// What is wrong, and what to do.
    pub(super) fn advised(what: impl Into<String>) -> Wrong {
        Wrong::Advised(what.into())
    }

    /// The same, and what to do.
    pub(super) fn with(self, advice: &str) -> Wrong {
        Wrong::Advised(format!("{self}: {advice}"))
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Wrong::Mistyped(what) | Wrong::Bare(what) | Wrong::Advised(what)) = self;
        out.write_str(what)
    }
}

impl From<Wrong> for String {
    fn from(wrong: Wrong) -> String {
        wrong.to_string()
    }
}
