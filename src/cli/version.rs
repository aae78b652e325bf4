//! What `--version` says: of which commit the program is, and how old the data in it is.

use std::sync::LazyLock;

/// The version and all that is compiled in, a line each.
pub(super) static LONG: LazyLock<String> = LazyLock::new(|| {
    format!(
        "{}\ncommit {}\ntime zones {}\nnewsletter's configuration of {}",
        env!("CARGO_PKG_VERSION"),
        option_env!("RUSTY_EVENTS_COMMIT").unwrap_or("unknown (not a release build)"),
        chrono_tz::IANA_TZDB_VERSION,
        option_env!("RUSTY_EVENTS_CONFIGURATION_OF").unwrap_or("the same commit")
    )
});
