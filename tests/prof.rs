use rusty_events::{read::ics, recur::{expand, Limits}};
use chrono::{DateTime, Utc};
#[test]
fn fuzz() {
    let mut files = Vec::new();
    fn walk(p: &std::path::Path, out: &mut Vec<Vec<u8>>) {
        for e in std::fs::read_dir(p).unwrap() { let p = e.unwrap().path(); if p.is_dir() { walk(&p, out) } else if p.extension().is_some_and(|e| e == "ics") { let b = std::fs::read(&p).unwrap(); if b.len() < 60_000 { out.push(b) } } }
    }
    walk(std::path::Path::new("/work/shared/corpus/ics-torture"), &mut files);
    let mut seed: u64 = std::env::var("SEED").map_or(12345, |s| s.parse().unwrap());
    let mut rnd = move || { seed ^= seed << 13; seed ^= seed >> 7; seed ^= seed << 17; seed };
    let n: usize = std::env::var("N").map_or(3000, |s| s.parse().unwrap());
    let tokens: Vec<&[u8]> = vec![b"BEGIN:VEVENT\r\n", b"END:VEVENT\r\n", b"\r\n", b"BEGIN:VCALENDAR\n", b"RRULE:FREQ=YEARLY;BYWEEKNO=53;BYDAY=-5MO\n", b"FREQ=WEEKLY;", b"INTERVAL=65535;", b"COUNT=4294967295", b"BYSETPOS=-366,366", b";TZID=\"", b"99991231T235959", b"00010101T000000Z", b"BYDAY=-53SU,1MO", b"UNTIL=00000101", b"BYMONTHDAY=-31,31", b"BYYEARDAY=-366", b"\xff\xfe", b"\xc3", b"WKST=SU;", b"HOURLY", b"MINUTELY", b"RANGE=THISANDFUTURE", b"RECURRENCE-ID:20200101T000000\n", b"DURATION:-P99999W\n", b"P999999999999D", b"\xef\xbb\xbf", b"262143"];
    let w = ("2019-01-01T00:00:00Z".parse::<DateTime<Utc>>().unwrap(), "2020-02-01T00:00:00Z".parse::<DateTime<Utc>>().unwrap());
    let mut slow = Vec::new();
    for i in 0..n {
        let mut b = files[(rnd() as usize) % files.len()].clone();
        for _ in 0..(1 + rnd() % 8) {
            if b.is_empty() { break }
            let p = (rnd() as usize) % b.len();
            match rnd() % 5 {
                0 => b[p] = (rnd() & 0xff) as u8,
                1 => { let q = (p + (rnd() as usize) % 40).min(b.len()); b.drain(p..q); }
                2 => { let t = tokens[(rnd() as usize) % tokens.len()]; b.splice(p..p, t.iter().copied()); }
                3 => { let q = (p + (rnd() as usize) % 200).min(b.len()); let c = b[p..q].to_vec(); let r = (rnd() as usize) % b.len(); b.splice(r..r, c); }
                _ => { for x in b.iter_mut().skip(p).take(20) { if x.is_ascii_digit() { *x = b'0' + (rnd() % 10) as u8; } } }
            }
        }
        let t = std::time::Instant::now();
        let bb = b.clone();
        let r = std::panic::catch_unwind(move || {
            if let Ok(c) = ics::calendar(&bb, None) { let e = expand(&c.reading.listings, w, chrono_tz::Tz::Europe__Berlin, Limits::default()); e.occurrences.len() } else { 0 }
        });
        let t = t.elapsed();
        if r.is_err() { std::fs::write(format!("/tmp/crash-{i}.ics"), &b).unwrap(); eprintln!("PANIC {i}"); }
        slow.push((t, i)); 
        if t.as_millis() > 400 { std::fs::write(format!("/tmp/slow-{i}.ics"), &b).unwrap(); }
    }
    slow.sort(); eprintln!("slowest {:?}", &slow[slow.len()-5..]);
}
#[test]
fn rules() {
    let mut seed: u64 = std::env::var("SEED").map_or(12345, |s| s.parse().unwrap());
    let mut rnd = move || { seed ^= seed << 13; seed ^= seed >> 7; seed ^= seed << 17; seed };
    let n: usize = std::env::var("N").map_or(3000, |s| s.parse().unwrap());
    let w = ("2026-01-01T00:00:00Z".parse::<DateTime<Utc>>().unwrap(), "2027-02-01T00:00:00Z".parse::<DateTime<Utc>>().unwrap());
    let mut slow = Vec::new();
    for i in 0..n {
        let mut r = String::from("FREQ=");
        r.push_str(["YEARLY","MONTHLY","WEEKLY","DAILY","HOURLY","MINUTELY","SECONDLY"][(rnd()%7) as usize]);
        let list = |rnd: &mut dyn FnMut()->u64, lo: i64, hi: i64, neg: bool| { let k = 1 + rnd()%6; (0..k).map(|_| { let v = lo + (rnd() as i64 & 0x7fffffff) % (hi-lo+1); if neg && rnd()%2==0 { (-v).to_string() } else { v.to_string() } }).collect::<Vec<_>>().join(",") };
        if rnd()%3==0 { r += &format!(";INTERVAL={}", [1,2,3,7,13,53,400,9999,65535][(rnd()%9) as usize]); }
        if rnd()%4==0 { r += &format!(";COUNT={}", [1,2,10,1000,4294967295u64][(rnd()%5) as usize]); }
        if rnd()%4==0 { r += &format!(";UNTIL={}", ["20260601","20260301T120000Z","99991231T235959Z","19000101"][(rnd()%4) as usize]); }
        if rnd()%3==0 { r += &format!(";BYMONTH={}", list(&mut rnd,1,12,false)); }
        if rnd()%4==0 { r += &format!(";BYMONTHDAY={}", list(&mut rnd,1,31,true)); }
        if rnd()%6==0 { r += &format!(";BYYEARDAY={}", list(&mut rnd,1,366,true)); }
        if rnd()%6==0 { r += &format!(";BYWEEKNO={}", list(&mut rnd,1,53,true)); }
        if rnd()%3==0 { let k=1+rnd()%3; let d: Vec<String> = (0..k).map(|_| { let day=["MO","TU","WE","TH","FR","SA","SU"][(rnd()%7) as usize]; match rnd()%3 { 0 => day.to_string(), 1 => format!("{}{day}", 1+rnd()%53), _ => format!("-{}{day}", 1+rnd()%5) } }).collect(); r += &format!(";BYDAY={}", d.join(",")); }
        if rnd()%4==0 { r += &format!(";BYHOUR={}", list(&mut rnd,0,23,false)); }
        if rnd()%4==0 { r += &format!(";BYMINUTE={}", list(&mut rnd,0,59,false)); }
        if rnd()%4==0 { r += &format!(";BYSECOND={}", list(&mut rnd,0,59,false)); }
        if rnd()%4==0 { r += &format!(";BYSETPOS={}", list(&mut rnd,1,366,true)); }
        if rnd()%4==0 { r += &format!(";WKST={}", ["SU","MO","FR"][(rnd()%3) as usize]); }
        let start = ["20260107T190000","00010101T000000","99991231T235959","20240229T233000","19700101","20251231","20260111T023000"][(rnd()%7) as usize];
        let text = format!("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDTSTART{}:{start}\nRRULE:{r}\nEND:VEVENT\nEND:VCALENDAR", if start.len()>8 {";TZID=Europe/Berlin"} else {""});
        let c = ics::calendar(text.as_bytes(), None).unwrap().reading;
        let t = std::time::Instant::now();
        let res = std::panic::catch_unwind(|| { let e = expand(&c.listings, w, chrono_tz::Tz::Europe__Berlin, Limits::default()); (e.occurrences.len(), e.problems) });
        let t = t.elapsed();
        match res { Err(_) => eprintln!("PANIC {i} {start} {r}"), Ok(x) => slow.push((t, start, r, x)) }
    }
    slow.sort_by_key(|x| x.0); for s in &slow[slow.len()-6..] { eprintln!("{s:?}"); }
    let mut kinds = std::collections::BTreeMap::new();
    for s in &slow { for p in &s.3.1 { *kinds.entry(p.what.chars().filter(|c| !c.is_ascii_digit()).collect::<String>().split(':').next_back().unwrap().to_owned()).or_insert(0) += 1; } }
    let mut k: Vec<_> = kinds.into_iter().collect(); k.sort_by_key(|x| -x.1); for x in k.iter().take(25) { eprintln!("{x:?}"); }
}
