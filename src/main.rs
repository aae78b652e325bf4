//! Reads the clock and the arguments, calls one command, turns an error into an exit code.

mod cli;

use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

/// The allocator of the static binaries for Linux. musl's own has one lock for all threads: two threads that allocate
/// small texts took 20 times the CPU seconds that they take with glibc, and 60 times those with mimalloc
/// (`docs/releasing.md`). Elsewhere the system's is used.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = cli::arguments();
    log(arguments.verbosity(), arguments.log_is_coloured());
    let options = arguments.options();
    match arguments.run(chrono::Utc::now()) {
        Ok(exit) => ExitCode::from(exit as u8),
        Err(error) => {
            cli::complain(&error, &options);
            ExitCode::from(cli::code_of(&error) as u8)
        }
    }
}

/// Logs go to standard error; `RUST_LOG` outranks the flags.
fn log(verbosity: Option<u8>, coloured: bool) {
    let level = match verbosity {
        None => "error",
        Some(0) => "warn",
        Some(1) => "warn,rusty_events=info",
        Some(2) => "info,rusty_events=debug",
        Some(_) => "debug",
    };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(level));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(coloured)
        // It reports its own failures on standard error, where a full disk or a closed pipe would make that a panic.
        .log_internal_errors(false)
        .init();
}
