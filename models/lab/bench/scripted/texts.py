# ruff: noqa: RUF001 - texts of many scripts
"""Texts of scripted sessions, in many scripts: what is searched for, read, typed, run and copied.

Lab texts: none of them stands in a rule, a prompt or a template of the training generator. ``{thing}``, ``{Thing}``
and ``{doing}`` are drawn.
"""

# words searched for: engine, its address, its results' title
ENGINES = (
    ("Google", "https://www.google.com/search?q={}&hl=en", "{} - Google Search"),
    ("Bing", "https://www.bing.com/search?q={}&form=QBLH", "{} - Search"),
    ("DuckDuckGo", "https://duckduckgo.com/?q={}&t=h_", "{} at DuckDuckGo"),
    ("Ecosia", "https://www.ecosia.org/search?method=index&q={}", "{} - Ecosia - Web"),
    ("Startpage", "https://www.startpage.com/sp/search?query={}", "{} - Startpage Search Results"),
    ("Qwant", "https://www.qwant.com/?q={}&t=web", "{} - Qwant Search"),
    ("Baidu", "https://www.baidu.com/s?wd={}", "{}_百度搜索"),
    ("Yandex", "https://yandex.com/search/?text={}", "{} — Yandex: found 3 thousand results"),
)
SITE_SEARCHES = (
    ("GitHub", "https://github.com/search?q={}&type=code", "Code search results · GitHub"),
    ("YouTube", "https://www.youtube.com/results?search_query={}", "{} - YouTube"),
    (
        "Wikipedia",
        "https://en.wikipedia.org/w/index.php?search={}",
        "{} - Search results - Wikipedia",
    ),
    (
        "arXiv",
        "https://arxiv.org/search/?query={}&searchtype=all",
        "Search | arXiv e-print repository",
    ),
    ("Amazon", "https://www.amazon.de/s?k={}", "Amazon.de : {}"),
    ("PyPI", "https://pypi.org/search/?q={}", "Search results · PyPI"),
)

THINGS = (
    "heron",
    "tide",
    "mortar",
    "saffron",
    "cello",
    "glacier",
    "orchard",
    "ferry",
    "lantern",
    "quarry",
    "pumpkin",
    "harbour",
    "violin",
    "compost",
    "anchor",
    "beehive",
    "chimney",
    "pottery",
    "lighthouse",
    "sourdough",
    "telescope",
    "bicycle",
    "choir",
    "moth",
    "canoe",
)
DOINGS = (
    "prune",
    "tune",
    "varnish",
    "ferment",
    "splice",
    "calibrate",
    "harvest",
    "polish",
    "whittle",
    "rotate",
    "stitch",
    "sharpen",
    "insulate",
    "align",
    "trace",
)
SEARCHES = (
    "{doing} a {thing} without tools",
    "{thing} versus {thing}",
    "why does my {thing} leak",
    '{thing} AND "{thing}" filetype:pdf',
    "site:{thing}.org {doing}",
    "C++ {thing} template<T&&>",
    "cara merawat {thing}",
    "wie lange hält ein {thing}?",
    "как выбрать {thing}",
    "{thing} 怎么修",
    "天气 杭州 明天",
    "zenme zuo hongshaorou",
    "京都 紅葉 見頃",
    "부산 맛집 추천",
    "מתכון לחלה",
    "أسعار الذهب اليوم",
    "मौसम कल दिल्ली",
    "vì sao trời xanh",
    "crème brûlée sans chalumeau",
    "100 € in £",
    "what's a {thing}'s lifespan",
    "0.1 + 0.2",
    "{thing} & {thing}: 50% off?",
    "segfault at 0x7ffe {thing}.so",
)
PAGES = (
    "{Thing} care: a beginner's handbook | The {Thing} Almanac",
    "Why every {thing} needs a {thing} – {Thing} Times",
    "How do I {doing} a {thing}? : r/{thing}",
    "{Thing} ({doing}) — Reference, v2.4",
    "Die Geschichte des {thing}s · Archiv",
    "{thing}是什么？ - 知乎",
    "Почему {thing} не работает / Хабр",
    "{Thing} & {Thing}, Ltd. | Impressum",
    '10 "{thing}" myths, debunked - {Thing} Lab',
    "【完全版】{thing}の作り方 | 暮らしの手帖",
    "Opening hours | {Thing} Museum",
    "What's new in {Thing} 7.2.1",
    "{thing}-{doing} · Issue #418 · {thing}/{thing}",
)
TOP = ("org", "net", "example", "io", "co.uk", "de", "fr", "edu")
PROSE = (
    "The {thing} should arrive on Thursday; please {doing} it first.",
    "We don't have a second {thing}, so let's share.",
    "Im Anhang finden Sie den Entwurf für das {thing}-Projekt.",
    "他说明天下午三点开会，请大家准备好材料。",
    "wo mingtian xiawu lai zhaoni",
    "Пожалуйста, проверьте приложенный файл.",
    "Nous avons reçu « {thing} » hier soir — merci !",
    "한번 더 확인해 주세요",
    "مرحبا، هل يمكننا التحدث غدا؟",
    "1) {doing} the {thing}  2) {doing} again  3) rest",
    "see https://{thing}.org/{doing}?id=7#top for the plan",
    "Is it O'Brien's {thing} or ours?",
    'TODO(ida): {doing} {thing}s > 40% "soon"',
    "ok 👍 see you at 8:30",
    "It costs €1,299.00 (incl. 19% VAT).",
    "ひとまず{thing}の件、了解です。",
)
CODE = (
    "for {thing} in {thing}s:",
    "if (a[i] != '{thing}') {{ return -1; }}",
    "SELECT count(*) FROM {thing} WHERE {doing} = 'x';",
    "const {thing} = await {doing}(`${{id}}`);",
    "fn {doing}(&mut self, n: usize) -> Option<u8> {{",
    "# 先{thing}再{doing}",
    'print(f"{{{thing}:>8.2f}}")',
    '<div class="{thing}" hidden>',
    "\\section{{The {thing}}}",
    "x = np.zeros((3, 4))",
    "- [ ] {doing} the {thing}",
    "{thing} :: Int -> Maybe {Thing}",
    "return {thing}?.{doing} ?? null;",
)
EXTENSIONS = (
    "py",
    "rs",
    "ts",
    "md",
    "tex",
    "yaml",
    "go",
    "sql",
    "cpp",
    "ipynb",
    "kt",
    "html",
    "R",
    "sh",
    "json",
)
COMMANDS = (
    "pytest -x tests/test_{thing}.py",
    "cargo test --package {thing}",
    "make -j2 {thing}",
    "git push --force-with-lease origin {doing}-{thing}",
    "docker compose up -d {thing}",
    "ffmpeg -i {thing}.mov -vf scale=640:-1 {thing}.mp4",
    "npm run {doing}",
    "terraform plan -out {thing}.tfplan",
    "./{doing}.sh --{thing}='a b' | tee {thing}.log",
    "rsync -av {thing}/ moss:/srv/{thing}/",
    "python -m {thing}.{doing} --seed 7",
    'grep -rn "{thing}" src/ | wc -l',
    "latexmk -pdf {thing}.tex",
    "kubectl get pods -n {thing}",
    "mvn -q verify -pl {thing}",
    "cd ~/照片 && ls -la",
    "gradle :{thing}:assemble",
    "helm upgrade {thing} ./charts/{thing}",
    "Rscript {doing}.R",
    "sqlite3 {thing}.db '.tables'",
)
# what a failed command prints, and the line of it that a person would look up
ERRORS = (
    (
        "error[E0425]: cannot find value `{thing}` in this scope\n --> src/main.rs:12:9",
        "cannot find value `{thing}` in this scope",
    ),
    (
        "Traceback (most recent call last):\n  File \"{thing}.py\", line 31, in <module>\nKeyError: '{thing}'",
        "KeyError: '{thing}'",
    ),
    (
        "fatal: '{thing}' does not appear to be a git repository",
        "'{thing}' does not appear to be a git repository",
    ),
    ("{thing}.go:14:2: undefined: {doing}", "undefined: {doing}"),
    ("make: *** No rule to make target '{thing}'.  Stop.", "No rule to make target '{thing}'"),
    ("bash: {thing}: command not found", "{thing}: command not found"),
    (
        "TypeError: {thing}.{doing} is not a function\n    at Object.<anonymous> (/srv/{thing}.js:3:7)",
        "{thing}.{doing} is not a function",
    ),
    ("ld: undefined reference to `{thing}_{doing}'", "undefined reference to `{thing}_{doing}'"),
    (
        'Exception in thread "main" java.lang.IllegalStateException: {thing} was closed\n\tat Main.main(Main.java:5)',
        "{thing} was closed",
    ),
    ("npm ERR! missing script: {doing}", "missing script: {doing}"),
    (
        "{thing}.cpp:7:3: error: no matching function for call to '{doing}'",
        "no matching function for call to '{doing}'",
    ),
    (
        "Error: ENOENT: no such file or directory, open '{thing}.json'",
        "ENOENT: no such file or directory",
    ),
)
PEOPLE = ("Amrita", "Bogdan", "Chiara", "Dimitra", "Emre", "Faiza", "小林", "Ґудрун")
SONGS = (
    "Ólafur Tide - Lantern Song",
    "The Herons - Quarry (Live)",
    "平沢 - 灯台",
    "Saffron Trio - Op. 12: II. Adagio",
)
ADDRESSES = (
    "{thing}.org/{doing}",
    "docs.{thing}.io",
    "localhost:8080/{thing}",
    "https://{thing}.net/{doing}?page=3",
    "192.168.1.20:3000",
)
ABOUT_ERRORS = (
    "Errors should never pass silently, unless explicitly silenced.",
    "How to raise a KeyError in Python",
    "Fehler: Ursachen und ihre Behebung, Kapitel 4",
    "the exception proves the rule",
)
