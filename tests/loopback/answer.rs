//! What a server answers, and how it misbehaves while it does.

use super::Asked;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

/// An answer to a request. Without further words it is a well-behaved one.
#[derive(Debug, Clone)]
pub struct Answer {
    status: u16,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
    /// Waits so long before the first byte.
    delay: Duration,
    /// What the client may ask with whether it is still as it was.
    etag: Option<String>,
    manner: Manner,
}

#[derive(Debug, Clone)]
enum Manner {
    /// With its true length.
    Whole,
    /// In chunks of so many bytes.
    Chunked(usize),
    /// In chunks, without the last one that ends it.
    Unended,
    /// With this length, whatever the body's is, and then the connection is closed.
    Declaring(u64),
    /// Without a length: the end of the connection ends it.
    UntilClose,
    /// The body byte by byte with a pause between, under its true length.
    Trickling(Duration),
    /// The same, beginning with the head.
    Crawling(Duration),
    /// The body over and over again in chunks, as long as anybody reads.
    Endless,
    /// These bytes and the end of the connection, in place of any answer.
    Raw(Vec<u8>),
    /// Not a byte, until the other side has enough.
    Silent,
}

impl Answer {
    /// Status 200 with a body.
    pub fn ok(content_type: &str, body: impl AsRef<[u8]>) -> Answer {
        Answer::status(200)
            .header("Content-Type", content_type)
            .body(body)
    }

    /// A status without a body.
    pub fn status(status: u16) -> Answer {
        Answer {
            status,
            headers: Vec::new(),
            body: Vec::new(),
            delay: Duration::ZERO,
            etag: None,
            manner: Manner::Whole,
        }
    }

    /// A redirect.
    pub fn redirect(status: u16, location: &str) -> Answer {
        Answer::status(status).header("Location", location)
    }

    /// Bytes that are sent as they are, in place of an answer; then the connection ends.
    pub fn raw(bytes: impl AsRef<[u8]>) -> Answer {
        Answer::status(200).in_manner(Manner::Raw(bytes.as_ref().to_owned()))
    }

    /// Not a byte, until the other side has enough.
    pub fn silent() -> Answer {
        Answer::status(200).in_manner(Manner::Silent)
    }

    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Answer {
        self.headers
            .push((name.to_owned(), value.as_ref().to_owned()));
        self
    }

    pub fn body(mut self, body: impl AsRef<[u8]>) -> Answer {
        body.as_ref().clone_into(&mut self.body);
        self
    }

    /// With this ETag; to who asks with it, 304 in place of all the rest.
    pub fn validated_by(mut self, etag: &str) -> Answer {
        self.etag = Some(etag.to_owned());
        self.header("ETag", etag)
    }

    /// What is answered to this request: itself, or that it is as it was.
    pub(super) fn or_unchanged(self, asked: &Asked) -> Answer {
        let known = asked.header("if-none-match");
        match &self.etag {
            Some(etag) if known == Some(etag) => Answer::status(304).header("ETag", etag),
            _ => self,
        }
    }

    /// The body compressed with gzip, and declared so.
    pub fn gzip(self) -> Answer {
        let body = gzip(&self.body);
        self.header("Content-Encoding", "gzip").body(body)
    }

    /// Waits before the first byte.
    pub fn after(mut self, delay: Duration) -> Answer {
        self.delay = delay;
        self
    }

    /// In chunks of so many bytes.
    pub fn chunked(self, size: usize) -> Answer {
        self.in_manner(Manner::Chunked(size))
    }

    /// In chunks, without the last one that ends it; then the connection is closed.
    pub fn unended(self) -> Answer {
        self.in_manner(Manner::Unended)
    }

    /// Declares this length, whatever the body's is; then the connection is closed.
    pub fn declaring(self, length: u64) -> Answer {
        self.in_manner(Manner::Declaring(length))
    }

    /// Without a length: the end of the connection ends the body.
    pub fn until_close(self) -> Answer {
        self.in_manner(Manner::UntilClose)
    }

    /// The head at once, the body byte by byte with a pause between.
    pub fn trickling(self, pause: Duration) -> Answer {
        self.in_manner(Manner::Trickling(pause))
    }

    /// All of it byte by byte with a pause between.
    pub fn crawling(self, pause: Duration) -> Answer {
        self.in_manner(Manner::Crawling(pause))
    }

    /// The body over and over again, as long as anybody reads.
    pub fn endless(self) -> Answer {
        self.in_manner(Manner::Endless)
    }

    fn in_manner(mut self, manner: Manner) -> Answer {
        self.manner = manner;
        self
    }

    /// Writes the answer; whether the connection can go on.
    pub(super) fn write(
        &self,
        asked: &Asked,
        out: &mut TcpStream,
        sent: &AtomicU64,
        over: &AtomicBool,
    ) -> bool {
        std::thread::sleep(self.delay);
        self.try_write(asked, out, sent, over).unwrap_or(false)
    }

    fn try_write(
        &self,
        asked: &Asked,
        out: &mut TcpStream,
        sent: &AtomicU64,
        over: &AtomicBool,
    ) -> std::io::Result<bool> {
        let body: &[u8] = match asked.method.as_str() {
            "HEAD" => &[],
            _ => &self.body,
        };
        let send = |out: &mut TcpStream, bytes: &[u8]| {
            out.write_all(bytes)?;
            sent.fetch_add(bytes.len() as u64, Ordering::SeqCst);
            std::io::Result::Ok(())
        };
        let length = |length: u64| format!("Content-Length: {length}\r\n");
        let in_chunks = "Transfer-Encoding: chunked\r\n";
        match &self.manner {
            Manner::Whole => {
                out.write_all(&self.head(&length(self.body.len() as u64)))?;
                send(out, body)?;
                return Ok(true);
            }
            Manner::Chunked(size) => {
                out.write_all(&self.head(in_chunks))?;
                for chunk in body.chunks(*size) {
                    send(out, &as_chunk(chunk))?;
                }
                out.write_all(b"0\r\n\r\n")?;
                return Ok(true);
            }
            Manner::Unended => {
                out.write_all(&self.head(in_chunks))?;
                send(out, &as_chunk(body))?;
            }
            Manner::Declaring(declared) => {
                out.write_all(&self.head(&length(*declared)))?;
                send(out, body)?;
            }
            Manner::UntilClose => {
                out.write_all(&self.head("Connection: close\r\n"))?;
                send(out, body)?;
            }
            Manner::Trickling(pause) | Manner::Crawling(pause) => {
                let mut slow = self.head(&length(self.body.len() as u64));
                if matches!(self.manner, Manner::Trickling(_)) {
                    out.write_all(&std::mem::take(&mut slow))?;
                }
                slow.extend_from_slice(body);
                for byte in slow {
                    if over.load(Ordering::SeqCst) {
                        break;
                    }
                    send(out, &[byte])?;
                    std::thread::sleep(*pause);
                }
            }
            Manner::Endless => {
                out.write_all(&self.head(in_chunks))?;
                while !over.load(Ordering::SeqCst) {
                    send(out, &as_chunk(body))?;
                }
            }
            Manner::Raw(bytes) => send(out, bytes)?,
            Manner::Silent => {
                // Ends when the other side closes.
                let _ = out.read(&mut [0]);
            }
        }
        // What was not read would turn the end of the connection into a reset.
        let _ = out.shutdown(std::net::Shutdown::Write);
        Ok(false)
    }

    fn head(&self, framing: &str) -> Vec<u8> {
        let mut head = format!("HTTP/1.1 {} As Asked\r\n", self.status).into_bytes();
        for (name, value) in &self.headers {
            head.extend_from_slice(name.as_bytes());
            head.extend_from_slice(b": ");
            head.extend_from_slice(value);
            head.extend_from_slice(b"\r\n");
        }
        // These two have no body, and no length either.
        if !matches!(self.status, 204 | 304) {
            head.extend_from_slice(framing.as_bytes());
        }
        head.extend_from_slice(b"\r\n");
        head
    }
}

/// Bytes compressed with gzip.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

fn as_chunk(bytes: &[u8]) -> Vec<u8> {
    let mut chunk = format!("{:x}\r\n", bytes.len()).into_bytes();
    chunk.extend_from_slice(bytes);
    chunk.extend_from_slice(b"\r\n");
    chunk
}
