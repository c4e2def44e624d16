"""Passwords in words and in command lines, as notes, chats and histories hold them."""

from tests.corpus.draw import ALNUM, Draw


def label(draw: Draw) -> str:
    return draw.one(
        "password", "Password", "PASSWORD", "pwd", "Passwort", "passwort", "Kennwort", "contraseña", "Contraseña",
        "mot de passe", "wifi password", "WLAN-Passwort", "root password", "db_password", "user.password", "Passphrase",
    )  # fmt: skip


def said(draw: Draw, value: str) -> str:
    """A password in words, as in a note or a chat."""
    name = label(draw)
    quote = draw.one("", "", "'", '"', "`")
    value = f"{quote}{value}{quote}"
    return draw.one(
        f"{name}: {value}", f"{name} = {value}", f"{name}={value}", f"{name} : {value}", f"{name}:\n{value}",
        f"the password is {value}", f"das Passwort ist {value} glaub ich", f"Dein Passwort lautet {value}",
        f"la contraseña es {value}", f"user: maria\n{name}: {value}\nhost: db1", f"login: bob\n{name}:   {value}",
        f"| {name} | : {value}" if name == "pwd" else f"- {name}: {value}", f'{{"user": "bob", "password": "{value.strip(quote)}"}}',
        f"neues {name}: {value}, bitte ändern", f"<password>{value}</password>",
    )  # fmt: skip


def command(draw: Draw, value: str) -> str:
    """A password in a command line, as histories hold them."""
    user, host = draw.one("root", "bob", "admin"), draw.one("db1", "10.0.0.7", "srv.example.org")
    safe = value if all(char not in value for char in "!#*?&;") else f"'{value}'"
    return draw.one(
        f"mysql -u {user} -p{safe} shop", f"mysqldump -h {host} -u{user} --password={safe} shop > a.sql",
        f"PGPASSWORD={safe} psql -h {host} -U {user} shop", f"sshpass -p {safe} ssh {user}@{host}",
        f"curl -u {user}:{safe} https://{host}/api", f"curl --user '{user}:{value}' -X POST https://{host}/x",
        f"wget --user={user} --password={safe} https://{host}/f.zip", f"docker login -u {user} -p {safe} registry.{host}",
        f"echo {safe} | sudo -S systemctl restart nginx", f"echo '{value}' | docker login -u {user} --password-stdin",
        f"redis-cli -h {host} -a {safe} ping", f"openssl rsa -in a.pem -passin pass:{safe}",
        f"openssl enc -aes-256-cbc -k {safe} -in a -out b", f"ansible-playbook site.yml -e ansible_password={safe}",
        f"ansible all -m ping -e \"ansible_become_pass='{value}'\"", f"net use Z: \\\\srv\\share {value} /user:{user}",
        f"net user {user} {value} /add", f"export DB_PASSWORD={safe}", f"export MYSQL_PWD='{value}' && make run",
        f"smbclient //srv/share -U {user}%{value}", f"ldapsearch -x -D cn=admin -w {safe} -b dc=example",
        f"xfreerdp /v:{host} /u:{user} /p:{value}", f"7z a -p{safe} out.7z docs/", f"zip -P {safe} out.zip a.txt",
        f"mongosh --host {host} -u {user} -p {safe}", f"nmcli dev wifi connect Home password {safe}",
        f"wpa_passphrase Home {safe}", f"echo '{user}:{value}' | sudo chpasswd", f"htpasswd -b .htpasswd {user} {safe}",
        f"keytool -list -keystore a.jks -storepass {safe}", f"java -Dspring.datasource.password={safe} -jar a.jar",
        f"psql postgresql://{user}:{draw.of(ALNUM, 4)}x{value.translate(NO_URL)}@{host}/shop", f"sqlcmd -S {host} -U sa -P {safe}",
        f"git clone https://{user}:{value.translate(NO_URL)}@{host}/a.git", f"kubectl create secret generic db --from-literal=password={safe}",
        f"set DB_PASSWORD={value}", f"$env:DB_PASSWORD = '{value}'", f"gpg --batch --passphrase {safe} -d a.gpg",
        f"mysql --user={user} --password {safe}", f"ALTER USER {user} WITH PASSWORD '{value}';",
        f"CREATE USER '{user}'@'%' IDENTIFIED BY '{value}';", f"rabbitmqctl add_user {user} {safe}",
        f"ConvertTo-SecureString '{value}' -AsPlainText -Force",
    )  # fmt: skip


NO_URL = str.maketrans("!#%+=?*", "abcdefg")
