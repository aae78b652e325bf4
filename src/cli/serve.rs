//! `serve`: the worker and the web server in one process.

use super::{Exit, Invocation, Misused, block_on, say};
use anyhow::Context;
use chrono::{DateTime, Utc};
use clap::Args;
use rusty_events::server::Clock;
use rusty_events::service;
use std::io::{ErrorKind, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// How long the one that runs may take to answer `--check`.
const CHECK: Duration = Duration::from_secs(5);

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Address and port to listen on [default: `[server] listen`]; port 0 takes a free one
    #[arg(long, value_name = "ADDR", value_parser = super::listening)]
    listen: Option<SocketAddr>,
    /// Ask the one that runs whether it answers, and do nothing else: exit code 0 or 1
    #[arg(long)]
    check: bool,
}

pub(super) fn run(
    invocation: Invocation,
    arguments: &Arguments,
    fixed: Option<DateTime<Utc>>,
) -> anyhow::Result<Exit> {
    let server = &invocation.configuration.settings.server;
    let listen = arguments.listen.unwrap_or(server.listen);
    if arguments.check {
        return check(listen);
    }
    let clock = match fixed {
        None => Clock::new(Utc::now),
        Some(now) if is_wholly_mirrored(&invocation) => Clock::new(move || now),
        Some(_) => {
            return Err(Misused(
                "--now would visit real hosts at a time that is not theirs: it is taken only where `[fetch.mirrors]` holds \"https://\"".to_owned(),
            )
            .into());
        }
    };
    if server.url.is_none() && !listen.ip().is_loopback() {
        say(&format!(
            "others can reach {listen}, but `[server] url` in service.toml is not set: feeds, links and subscriptions will name http://{listen}, which they cannot open. Set it to the address that visitors use, such as url = \"https://events.example.org\""
        ));
    }
    let quiet = invocation.quiet;
    let url = server.url.clone();
    block_on(async move {
        let listener = TcpListener::bind(listen).await.map_err(|error| {
            let advice = match error.kind() {
                ErrorKind::PermissionDenied => {
                    ": a port below 1024 needs more rights, --listen names another"
                }
                ErrorKind::AddrInUse => {
                    ": another program listens there, --listen names another port"
                }
                ErrorKind::AddrNotAvailable => {
                    ": this machine has no such address, --listen names another"
                }
                _ => "",
            };
            anyhow::anyhow!("cannot listen on {listen}: {error}{advice}")
        })?;
        let address = listener.local_addr()?;
        let base = url.unwrap_or_else(|| format!("http://{address}"));
        let state = Arc::new(invocation.server(base, clock)?);
        let (stop, stopped) = watch::channel(false);
        let asked_to_stop = asked_to_stop();
        tokio::spawn(async move {
            asked_to_stop.await;
            // If this cannot be sent, the receiver has ended already.
            let _ = stop.send(true);
        });
        if !quiet {
            say(&format!("serving http://{address}"));
        }
        service::run(state, listener, stopped).await?;
        anyhow::Ok(())
    })??;
    Ok(Exit::Done)
}

/// Whether nothing real is ever visited.
fn is_wholly_mirrored(invocation: &Invocation) -> bool {
    let mirrors = &invocation.configuration.settings.fetch.mirrors;
    mirrors.iter().any(|(prefix, _)| prefix == "https://")
}

/// Ends with SIGTERM, or with Ctrl-C: from the moment on at which this is called, whenever it is waited for.
fn asked_to_stop() -> impl Future<Output = ()> {
    #[cfg(unix)]
    let signals = {
        use tokio::signal::unix::{SignalKind, signal};
        signal(SignalKind::terminate()).and_then(|terminate| {
            let interrupt = signal(SignalKind::interrupt())?;
            Ok((terminate, interrupt))
        })
    };
    async move {
        #[cfg(unix)]
        if let Ok((mut terminate, mut interrupt)) = signals {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            return;
        }
        // Without a signal to wait for, only a kill ends it: the database is whole all the same.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// Asks the one that runs. A container's image has no other program that could.
fn check(listen: SocketAddr) -> anyhow::Result<Exit> {
    let mut address = listen;
    if listen.ip().is_unspecified() {
        address.set_ip(match listen.ip() {
            IpAddr::V4(_) => IpAddr::from([127, 0, 0, 1]),
            IpAddr::V6(_) => IpAddr::from([0, 0, 0, 0, 0, 0, 0, 1]),
        });
    }
    let mut stream = TcpStream::connect_timeout(&address, CHECK).with_context(|| {
        format!("nothing answers on {address}: is `rusty-events serve` running there?")
    })?;
    stream.set_read_timeout(Some(CHECK))?;
    write!(
        stream,
        "GET /healthz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    )?;
    let mut answer = Vec::new();
    stream.take(4_096).read_to_end(&mut answer)?;
    let answer = String::from_utf8_lossy(&answer);
    let status = answer.lines().next().unwrap_or_default();
    if status.starts_with("HTTP/1.1 200") {
        return Ok(Exit::Done);
    }
    anyhow::bail!("{address} answers {status:?}")
}
