package dev.tendril.cli;

import java.util.List;
import java.util.Locale;

/// An HTML page that needs no other file: its style, light and dark, and the pieces that reports
/// are made of.
final class Page {
  /// As many series as have a color of their own, see [#color].
  static final int COLORS = 8;

  private static final String STYLE =
      """
      :root { color-scheme: light dark; --page: #fbfcfa; --panel: #ffffff; --ink: #1d2b24;
        --muted: #5b6b62; --line: #e3e9e4; --soft: #d3ddd6; --accent: #1f6b4a; --bar: #2f8f63;
        --minus: #c94f3d; --c0: #009e73; --c1: #d55e00; --c2: #0072b2; --c3: #cc79a7;
        --c4: #e69f00; --c5: #56b4e9; --c6: #4b4b4b; --c7: #a39a00; }
      @media (prefers-color-scheme: dark) { :root { --page: #111714; --panel: #18201c;
        --ink: #e3ebe6; --muted: #9aaca2; --line: #2a352f; --soft: #3a4740; --accent: #74d3a5;
        --bar: #3aa877; --minus: #e0705e; --c0: #21b98f; --c1: #f08039; --c2: #4da3dd;
        --c6: #b9b9b9; --c7: #c9be28; } }
      * { box-sizing: border-box; }
      body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--page);
        max-width: 76rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
      h1 { font-size: 1.6rem; line-height: 1.25; margin: .5rem 0 0; overflow-wrap: anywhere; }
      h2 { font-size: 1.15rem; margin: 2.5rem 0 .25rem; color: var(--accent); }
      h3 { font-size: .95rem; margin: 0 0 .35rem; overflow-wrap: anywhere; }
      p { margin: .25rem 0 .75rem; max-width: 50rem; }
      p.about, p.note, figcaption, .muted { color: var(--muted); }
      p.note { border-left: 3px solid var(--soft); padding-left: .75rem; }
      a { color: var(--accent); }
      table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
      th, td { padding: .25rem .75rem; text-align: right; border-bottom: 1px solid var(--line); }
      th:first-child, td:first-child { text-align: left; padding-left: 0; }
      td.text, th.text { text-align: left; overflow-wrap: break-word; }
      th { font-weight: 600; color: var(--muted); }
      td.bar { text-align: left; width: 20rem; }
      td.bar div { background: var(--bar); height: .7rem; border-radius: .2rem; }
      .wide { overflow-x: auto; } .wide td:first-child { white-space: nowrap; }
      .grid { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(min(19rem,
        100%), 1fr)); margin-top: .75rem; }
      .grid.two { grid-template-columns: repeat(auto-fill, minmax(min(30rem, 100%), 1fr)); }
      .card { background: var(--panel); border: 1px solid var(--line); border-radius: .6rem;
        padding: .8rem .9rem; min-width: 0; }
      .card svg { width: 100%; }
      svg { max-width: 100%; height: auto; display: block; }
      svg text { fill: var(--muted); font: 11px system-ui, sans-serif; }
      svg text.ink { fill: var(--ink); }
      .rule { stroke: var(--line); } .axis { stroke: var(--soft); }
      .legend { display: flex; flex-wrap: wrap; gap: .25rem 1.1rem; margin: .5rem 0; padding: 0;
        list-style: none; font-size: .87rem; color: var(--muted); }
      .legend i { display: inline-block; width: .8rem; height: .8rem; border-radius: .2rem;
        margin-right: .4rem; vertical-align: -.08rem; }
      .tiles { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1rem 0; }
      .tiles div { background: var(--panel); border: 1px solid var(--line); border-radius: .6rem;
        padding: .5rem .9rem; }
      .tiles b { display: block; font-size: 1.15rem; font-variant-numeric: tabular-nums; }
      .tiles span { color: var(--muted); font-size: .85rem; }
      details > summary { cursor: pointer; }
      .imp { display: grid; grid-template-columns: minmax(5rem, auto) minmax(6rem, 1fr) auto;
        gap: .3rem .7rem; align-items: center; font-size: .9rem; }
      .imp .name { overflow-wrap: anywhere; text-align: right; }
      .imp .value { font-variant-numeric: tabular-nums; color: var(--muted); text-align: right; }
      .track { position: relative; height: 1rem; }
      .track i { position: absolute; top: .15rem; bottom: .15rem; border-radius: .15rem;
        background: var(--bar); }
      .track u { position: absolute; top: .46rem; height: .08rem; background: var(--ink); }
      .track.minus i { background: var(--minus); }
      """;

  private final StringBuilder html = new StringBuilder();

  /// @param extra style of this page alone
  Page(String title, String extra) {
    add("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n");
    add("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    add("<title>" + escaped(title) + "</title>\n<style>\n" + STYLE + extra + "</style></head>\n");
    add("<body>\n<h1>" + escaped(title) + "</h1>\n");
  }

  Page add(String markup) {
    html.append(markup);
    return this;
  }

  Page section(String title) {
    return add("<h2>" + escaped(title) + "</h2>\n");
  }

  Page paragraph(String text) {
    return add("<p>" + escaped(text) + "</p>\n");
  }

  Page note(String text) {
    return add("<p class=\"note\">" + escaped(text) + "</p>\n");
  }

  /// A row of a table.
  Page row(String... cells) {
    add("<tr>");
    for (String cell : cells) {
      add("<td>" + escaped(cell) + "</td>");
    }
    return add("</tr>\n");
  }

  /// A large figure with its name below.
  static String tile(String name, String value) {
    return "<div><b>" + escaped(value) + "</b><span>" + escaped(name) + "</span></div>\n";
  }

  /// Names with the colors of their series.
  Page legend(List<String> names) {
    if (names.size() < 2) {
      return this;
    }
    add("<ul class=\"legend\">");
    for (int i = 0; i < Math.min(COLORS, names.size()); i++) {
      add("<li><i style=\"background:" + color(i) + "\"></i>" + escaped(names.get(i)) + "</li>");
    }
    if (names.size() > COLORS) {
      add("<li>and " + (names.size() - COLORS) + " more, not drawn</li>");
    }
    return add("</ul>\n");
  }

  /// The color of a series, told apart also by the color-blind (Okabe and Ito 2008).
  static String color(int series) {
    return "var(--c" + series % COLORS + ")";
  }

  String finish() {
    return html + "</body></html>\n";
  }

  /// A coordinate or a share of a picture, with one decimal at most.
  static String shortNumber(double value) {
    String text = String.format(Locale.ROOT, "%.1f", value);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }

  /// Text that means itself in HTML.
  static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
