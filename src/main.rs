//! Reads the clock and the arguments, calls one command, turns an error into an exit code.

mod cli;

use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let arguments = cli::arguments();
    log(arguments.verbosity());
    match arguments.run(chrono::Utc::now()) {
        Ok(exit) => ExitCode::from(exit as u8),
        Err(error) => {
            cli::complain(&error);
            ExitCode::from(cli::code_of(&error) as u8)
        }
    }
}

/// Logs go to standard error; `RUST_LOG` outranks the flags.
fn log(verbosity: Option<u8>) {
    let level = match verbosity {
        None => "error",
        Some(0) => "warn",
        Some(1) => "warn,rusty_events=info",
        Some(2) => "info,rusty_events=debug",
        Some(_) => "debug",
    };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(level));
    let terminal = std::io::IsTerminal::is_terminal(&std::io::stderr());
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(terminal)
        // It reports its own failures on standard error, where a full disk or a closed pipe would make that a panic.
        .log_internal_errors(false)
        .init();
}
