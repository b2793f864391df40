//! The code pages of rich text, by the numbers that it gives them.

use encoding_rs::Encoding;

/// The code page of a character set (RTF 1.9.1, `\fcharset`); none for symbols.
pub(super) fn of_charset(number: i32, default: &'static Encoding) -> Option<&'static Encoding> {
    let page = match number {
        0 => 1252,
        2 => return None,
        77 => 10000,
        128 => 932,
        129 | 130 => 949,
        134 => 936,
        136 => 950,
        161 => 1253,
        162 => 1254,
        163 => 1258,
        177 => 1255,
        178..=180 => 1256,
        186 => 1257,
        204 => 1251,
        222 => 874,
        238 => 1250,
        _ => return Some(default),
    };
    Some(of_code_page(page).unwrap_or(default))
}

/// A code page of Windows by its number.
pub(super) fn of_code_page(number: i32) -> Option<&'static Encoding> {
    let label = match number {
        932 => "shift_jis".to_owned(),
        936 => "gbk".to_owned(),
        949 | 1361 => "euc-kr".to_owned(),
        950 => "big5".to_owned(),
        866 => "ibm866".to_owned(),
        10000 => "macintosh".to_owned(),
        10007 => "x-mac-cyrillic".to_owned(),
        20866 => "koi8-r".to_owned(),
        65001 => "utf-8".to_owned(),
        874 | 1250..=1258 => format!("windows-{number}"),
        _ => return None,
    };
    Encoding::for_label(label.as_bytes())
}
