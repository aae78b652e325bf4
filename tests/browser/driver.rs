//! A real browser: Debian's Chromium, driven over the WebDriver protocol (<https://www.w3.org/TR/webdriver2/>)
//! and, where that has no word for it, the browser's own (`goog/cdp/execute`).

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long anything on a page may take; a page that needs more is broken.
const PATIENCE: Duration = Duration::from_secs(20);

/// The width of a small phone, of a usual one, and of a desk.
pub(super) const PHONE: u32 = 360;
pub(super) const USUAL_PHONE: u32 = 390;
pub(super) const DESK: u32 = 1280;

/// One window of a browser of its own, closed when it is dropped.
pub(super) struct Browser {
    driver: Child,
    port: u16,
    session: String,
    _profile: TempDir,
}

impl Browser {
    /// Starts a browser; `None` if there is none on this machine.
    pub(super) fn start() -> Option<Browser> {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let mut said = String::new();
        let mut lines = BufReader::new(driver.stdout.take().unwrap());
        let port = loop {
            said.clear();
            assert_ne!(lines.read_line(&mut said).unwrap(), 0, "chromedriver ended");
            if let Some((_, port)) = said.split_once("successfully on port ") {
                break port.trim().trim_end_matches('.').parse().unwrap();
            }
        };
        // What it goes on to say is not needed; but its pipe must not fill up.
        std::thread::spawn(move || std::io::copy(&mut lines, &mut std::io::sink()));
        let profile = tempfile::tempdir().unwrap();
        let mut browser = Browser {
            driver,
            port,
            session: String::new(),
            _profile: profile,
        };
        let arguments = [
            "--headless".to_owned(),
            "--no-sandbox".to_owned(),
            "--disable-gpu".to_owned(),
            "--disable-dev-shm-usage".to_owned(),
            "--disable-quic".to_owned(),
            "--no-first-run".to_owned(),
            "--disable-background-networking".to_owned(),
            "--disable-component-update".to_owned(),
            "--disable-sync".to_owned(),
            "--hide-scrollbars".to_owned(),
            format!("--user-data-dir={}", browser._profile.path().display()),
        ];
        let wanted = json!({"capabilities": {"alwaysMatch": {
            "goog:chromeOptions": {"args": arguments},
            "goog:loggingPrefs": {"browser": "ALL"},
            "timeouts": {"script": 60_000, "pageLoad": 30_000, "implicit": 0},
        }}});
        let session = browser.ask("POST", "/session", &wanted);
        browser.session = session["sessionId"].as_str().unwrap().to_owned();
        Some(browser)
    }

    /// One request to the driver; its error is the test's.
    fn ask(&self, method: &str, path: &str, body: &Value) -> Value {
        self.try_ask(method, path, body)
            .unwrap_or_else(|error| panic!("{method} {path}: {error:#}"))
    }

    fn try_ask(&self, method: &str, path: &str, body: &Value) -> Result<Value, Value> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let body = if method == "POST" {
            body.to_string()
        } else {
            String::new()
        };
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            self.port,
            body.len()
        )
        .unwrap();
        let mut reader = BufReader::new(stream);
        let mut length = 0;
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).unwrap();
            if line.trim().is_empty() {
                break;
            }
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().unwrap();
            }
        }
        let mut answer = vec![0; length];
        reader.read_exact(&mut answer).unwrap();
        let answer: Value = serde_json::from_slice(&answer).unwrap();
        let value = answer["value"].clone();
        if value["error"].is_string() {
            Err(value)
        } else {
            Ok(value)
        }
    }

    fn send(&self, method: &str, path: &str, body: &Value) -> Value {
        self.ask(method, &format!("/session/{}{path}", self.session), body)
    }

    /// A command of the browser's own protocol.
    fn command(&self, name: &str, parameters: &Value) -> Value {
        self.send(
            "POST",
            "/goog/cdp/execute",
            &json!({"cmd": name, "params": parameters}),
        )
    }

    /// Opens a page.
    pub(super) fn open(&self, url: &str) {
        self.send("POST", "/url", &json!({"url": url}));
    }

    /// The address of the page that is open.
    pub(super) fn address(&self) -> String {
        self.send("GET", "/url", &Value::Null)
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// The window's width, with no less height than a phone has; and which colours the reader likes.
    pub(super) fn look(&self, width: u32, dark: bool) {
        self.command(
            "Emulation.setDeviceMetricsOverride",
            &json!({"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}),
        );
        self.command(
            "Emulation.setTouchEmulationEnabled",
            &json!({"enabled": width < 600}),
        );
        let scheme = if dark { "dark" } else { "light" };
        self.command(
            "Emulation.setEmulatedMedia",
            &json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]}),
        );
    }

    /// The zone of the reader's clock.
    pub(super) fn in_zone(&self, zone: &str) {
        self.command(
            "Emulation.setTimezoneOverride",
            &json!({"timezoneId": zone}),
        );
    }

    /// Whether pages may run scripts.
    pub(super) fn with_script(&self, allowed: bool) {
        self.command(
            "Emulation.setScriptExecutionDisabled",
            &json!({"value": !allowed}),
        );
    }

    /// Lets pages of an origin read and write the clipboard.
    pub(super) fn allow_clipboard(&self, origin: &str) {
        self.command(
            "Browser.grantPermissions",
            &json!({"origin": origin, "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]}),
        );
    }

    /// The device is at a point, and a site may know it.
    pub(super) fn is_at(&self, origin: &str, (north, east): (f64, f64)) {
        self.command(
            "Browser.grantPermissions",
            &json!({"origin": origin, "permissions": ["geolocation"]}),
        );
        self.command(
            "Emulation.setGeolocationOverride",
            &json!({"latitude": north, "longitude": east, "accuracy": 5}),
        );
    }

    /// What a script that stands in a function returns.
    pub(super) fn run(&self, script: &str) -> Value {
        self.send(
            "POST",
            "/execute/sync",
            &json!({"script": script, "args": []}),
        )
    }

    /// What the promise is kept with that a script returns.
    pub(super) fn wait_for(&self, promise: &str) -> Value {
        let script = format!(
            "const done = arguments[arguments.length - 1]; (async () => {{ {promise} }})().then(done, error => done('failed: ' + error));"
        );
        self.send(
            "POST",
            "/execute/async",
            &json!({"script": script, "args": []}),
        )
    }

    fn element(&self, selector: &str) -> String {
        let began = Instant::now();
        loop {
            let path = format!("/session/{}/element", self.session);
            let found = self.try_ask(
                "POST",
                &path,
                &json!({"using": "css selector", "value": selector}),
            );
            match found {
                Ok(found) => {
                    let ids = found.as_object().unwrap();
                    return ids.values().next().unwrap().as_str().unwrap().to_owned();
                }
                Err(error) if began.elapsed() > PATIENCE => {
                    panic!("{selector} on {}: {error:#}", self.address())
                }
                Err(_) => std::thread::sleep(Duration::from_millis(50)),
            }
        }
    }

    /// Clicks what the selector finds first, as a person would: it must be in sight and not covered.
    pub(super) fn click(&self, selector: &str) {
        let element = self.element(selector);
        self.send("POST", &format!("/element/{element}/click"), &json!({}));
    }

    /// Clicks what leads to another page, and waits until that is there.
    pub(super) fn follow(&self, selector: &str) {
        let old = self.element("html");
        self.click(selector);
        let began = Instant::now();
        let path = format!("/session/{}/element/{old}/name", self.session);
        while self.try_ask("GET", &path, &Value::Null).is_ok() {
            assert!(
                began.elapsed() < PATIENCE,
                "{selector} led nowhere from {}",
                self.address()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
        self.element("footer.site");
    }

    /// Types into a field, in place of what stands there.
    pub(super) fn write(&self, selector: &str, text: &str) {
        let element = self.element(selector);
        self.send("POST", &format!("/element/{element}/clear"), &json!({}));
        self.send(
            "POST",
            &format!("/element/{element}/value"),
            &json!({"text": text}),
        );
    }

    /// Presses the Tab key so often, and answers what has the focus.
    pub(super) fn tab(&self, times: usize) -> String {
        for _ in 0..times {
            let key = json!([{"type": "keyDown", "value": "\u{E004}"}, {"type": "keyUp", "value": "\u{E004}"}]);
            let actions = json!({"actions": [{"type": "key", "id": "keyboard", "actions": key}]});
            self.send("POST", "/actions", &actions);
        }
        let focused = self.run("return document.activeElement.textContent.trim()");
        focused.as_str().unwrap_or_default().to_owned()
    }

    /// The text that is to be seen in what the selector finds first.
    pub(super) fn text(&self, selector: &str) -> String {
        let element = self.element(selector);
        let text = self.send("GET", &format!("/element/{element}/text"), &Value::Null);
        text.as_str().unwrap().to_owned()
    }

    /// How many elements the selector finds.
    pub(super) fn count(&self, selector: &str) -> usize {
        let found = self.send(
            "POST",
            "/elements",
            &json!({"using": "css selector", "value": selector}),
        );
        found.as_array().unwrap().len()
    }

    /// What the console said since it was last asked, as far as it is a complaint: errors, warnings, and what the
    /// policy kept out. An answer that is no page (a 4xx) is none, nor is what a page of the browser's own says: its
    /// first tab may be left while that still loads.
    pub(super) fn complaints(&self) -> Vec<String> {
        let log = self.send("POST", "/se/log", &json!({"type": "browser"}));
        let entries = log.as_array().unwrap().iter();
        entries
            .filter(|entry| entry["level"] == "SEVERE" || entry["level"] == "WARNING")
            .map(|entry| entry["message"].as_str().unwrap().to_owned())
            .filter(|message| !message.contains("the server responded with a status of 4"))
            .filter(|message| !message.starts_with("chrome://"))
            .collect()
    }

    /// By how many pixels the page is wider than its window.
    pub(super) fn overflow(&self) -> i64 {
        let script =
            "const page = document.documentElement; return page.scrollWidth - page.clientWidth";
        self.run(script).as_i64().unwrap()
    }

    /// What is wider than its place and is scrolled sideways by itself, although it is neither code, which keeps its
    /// lines, nor a row of chips or months.
    pub(super) fn scrolled(&self) -> Vec<String> {
        self.names("return [...document.querySelectorAll('main *')].filter(part => part.scrollWidth > part.clientWidth && ['auto', 'scroll'].includes(getComputedStyle(part).overflowX) && !part.matches('pre, .chips, .months, textarea')).map(part => `${part.tagName} ${part.className}`)")
    }

    /// The fields of which the words are cut: a placeholder, or what is chosen.
    pub(super) fn cut(&self) -> Vec<String> {
        self.names(
            "const pen = document.createElement('canvas').getContext('2d');
             // The arrow of a choice, and the cross that empties a search.
             const mark = 20;
             return [...document.querySelectorAll('input[placeholder], select')].filter(field => field.checkVisibility()).flatMap(field => {
                 const style = getComputedStyle(field);
                 pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
                 const words = field.selectedOptions?.[0].text ?? field.placeholder;
                 const room = field.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight) - (field.matches('select, [type=search]') ? mark : 0);
                 return pen.measureText(words).width > room ? [words] : [];
             })",
        )
    }

    /// The texts that a script returns.
    fn names(&self, script: &str) -> Vec<String> {
        let found = self.run(script);
        let names = found.as_array().unwrap().iter();
        names
            .map(|name| name.as_str().unwrap().to_owned())
            .collect()
    }

    /// Takes a picture of the whole page.
    pub(super) fn picture(&self, file: &Path) {
        let options = json!({"format": "png", "captureBeyondViewport": true});
        let answer = self.command("Page.captureScreenshot", &options);
        let bytes = decoded(answer["data"].as_str().unwrap());
        std::fs::write(file, bytes).unwrap();
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if !self.session.is_empty() {
            let _ = self.try_ask(
                "DELETE",
                &format!("/session/{}", self.session),
                &Value::Null,
            );
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// Base64 (RFC 4648 section 4), as far as a browser's answer needs it.
fn decoded(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut held, mut bits) = (0u32, 0);
    for char in text.bytes().filter(|char| *char != b'=') {
        let six = match char {
            b'A'..=b'Z' => char - b'A',
            b'a'..=b'z' => char - b'a' + 26,
            b'0'..=b'9' => char - b'0' + 52,
            b'+' => 62,
            _ => 63,
        };
        held = held << 6 | u32::from(six);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits & 0xFF).unwrap());
        }
    }
    bytes
}
