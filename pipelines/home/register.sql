-- The register: an index of the archive and the history of loads.
create table if not exists livraisons (
    livraison_id text primary key,
    sha256 text not null unique,
    nom text not null,
    taille_octets integer not null,
    recu_le text not null,
    nature text,
    statut text not null check (statut in ('acceptee', 'refusee', 'retiree', 'ecartee')),
    motif text,
    formats text not null,          -- the tables of sources/ under which the verdict was given
    chargement text not null
) strict;

create table if not exists tranches (
    livraison_id text not null references livraisons on delete cascade,
    source text not null,
    table_nom text not null,
    tranche text not null,
    periode text not null,          -- the period that the slice answers; empty: every period up to its edition
    edition text not null,
    layout text not null,
    feuille text not null,
    lignes integer not null,
    cellules integer not null,
    vides integer not null,
    empreinte text not null,
    primary key (livraison_id, source, table_nom, tranche)
) strict;

create view if not exists acceptees as
select t.*, l.sha256, l.nom from tranches as t join livraisons as l using (livraison_id) where l.statut = 'acceptee';

-- Who sent a delivery that lay in a drop folder: the archive and the quarantine say it first.
create table if not exists depots (
    livraison_id text primary key references livraisons on delete cascade,
    expediteur_code text not null,
    dossier text not null
) strict;

-- Which raw files hold a delivery's rows, by their name without its folder; one that is not here is under its own id.
create table if not exists bruts (
    livraison_id text primary key references livraisons on delete cascade,
    fichier text not null
) strict;

create table if not exists fichiers_bruts (
    chemin text primary key,        -- in the raw folder
    sha256 text not null
) strict;

create table if not exists refus (
    livraison_id text not null references livraisons on delete cascade,
    rang integer not null,
    code text not null,
    feuille text,
    ligne integer,
    colonne text,
    constat text not null,
    attendu text,
    remede text not null,
    primary key (livraison_id, rang)
) strict;

create table if not exists decisions (
    livraison_id text not null references livraisons on delete cascade,
    decide_le text not null,
    decision text not null check (decision in ('retiree', 'retablie', 'ecartee')),
    motif text not null
) strict;

-- What a person chose where neither an edition nor a publication's date tells which delivery counts.
create table if not exists choix (
    livraison_id text not null references livraisons on delete cascade,
    decide_le text not null,
    motif text not null
) strict;

-- What a person took of the corrections that proposed themselves, slice by slice, and how it is read.
create table if not exists confirmations (
    livraison_id text not null references livraisons on delete cascade,
    source text not null,
    table_nom text not null,
    tranche text not null,
    decide_le text not null,
    lecture text not null check (lecture in ('lignes', 'entier', '')),
    motif text not null,
    primary key (livraison_id, source, table_nom, tranche, decide_le)
) strict;

-- The slices of which a delivery holds some rows of a list that must be whole: they correct, and never stand alone.
create table if not exists partielles (
    livraison_id text not null references livraisons on delete cascade,
    source text not null,
    table_nom text not null,
    tranche text not null,
    primary key (livraison_id, source, table_nom, tranche)
) strict;

-- What each delivery says of a slice of a return that several hold: made of the raw rows, and made anew with them.
create table if not exists contenus (
    livraison_id text not null references livraisons on delete cascade,
    source text not null,
    table_nom text not null,
    tranche text not null,
    resume text not null,           -- hash of what the rows answer
    lignes text not null,           -- JSON: [key, hash of the answers, sheet, line] a row
    primary key (livraison_id, source, table_nom, tranche)
) strict;

-- The names under which the bytes of a delivery were seen, besides the one they were received under.
create table if not exists noms (
    livraison_id text not null references livraisons on delete cascade,
    vu_le text not null,
    nom text not null,
    primary key (livraison_id, nom)
) strict;

-- What the names of a delivery say of it, as its source declares: made anew at each load.
create table if not exists parutions (
    livraison_id text not null references livraisons on delete cascade,
    source text not null,
    publie_le text not null,        -- empty: no name says it
    geographie text not null,
    primary key (livraison_id, source)
) strict;

-- What a build's verdict on a delivery rested on: other tables or other companions, and it is worth another build.
create table if not exists mises_a_l_ecart (
    livraison_id text primary key references livraisons on delete cascade,
    base text not null
) strict;

-- Bytes already hashed, so that a landing folder of thousands of known files costs a look, not a reading.
create table if not exists vus (
    nom text primary key,
    taille_octets integer not null,
    mtime_ns integer not null,
    ctime_ns integer not null,
    inode integer not null,
    sha256 text not null
) strict;

create table if not exists chargements (
    chargement text primary key,
    commande text not null,
    debut text not null,
    fin text,
    code_sortie integer,
    resultat text,
    recues integer,
    acceptees integer,
    refusees integer,
    lignes integer,
    etapes text,                    -- JSON: seconds by step
    journal text
) strict;

create table if not exists publications (
    chargement text primary key,
    publie_le text not null,
    empreinte text not null,
    departement text not null,
    taille_octets integer not null,
    mtime_ns integer not null,
    sha256 text not null
) strict;

-- What the checks of a load said, kept also when nothing was published.
create table if not exists controles (
    chargement text not null,
    execute_le text not null,
    porte text not null check (porte in ('reception', 'entrepot')),
    regle_code text not null,
    famille text not null,
    severite text not null check (severite in ('bloquant', 'avertissement', 'information')),
    objet text not null,
    resultat text not null check (resultat in ('conforme', 'ecart', 'ecart_connu', 'sans_objet', 'erreur')),
    n_verifies integer not null,
    n_ecarts integer not null,
    n_connus integer not null,
    observe real,
    attendu real,
    message text,
    primary key (chargement, porte, regle_code, objet)
) strict;

-- What the checks of the last loads found, thing by thing.
create table if not exists constats (
    chargement text not null,
    rang integer not null,
    regle_code text not null,
    famille text not null,
    severite text not null,
    source text not null,
    objet text not null,
    indicateur_code text,
    territoire_code text,
    periode text,
    observe real,
    attendu real,
    ecart real not null,
    constat text not null,
    remede text not null,
    livraisons text,
    connu_motif text,
    connu_jusqu_au text,
    primary key (chargement, rang)
) strict;

-- Each copy of the published file into PostgreSQL that was tried, and how it ended.
create table if not exists copies (
    sha256 text not null,           -- the published file
    cible text not null,            -- the hash of the connection string, which may hold a password
    essayee_le text not null,
    incident text                   -- null: it was made
) strict;

-- The messages that were decided, and what came of each: lines are added, and never changed.
create table if not exists messages (
    message_id text primary key,
    nature text not null check (nature in ('relance', 'accuse', 'refus', 'avis')),
    sujet text not null,            -- what it is about: of one subject, an outcome that is not known holds the next back
    destinataire text not null,
    adresses text not null,         -- JSON
    objet text not null,
    sha256 text not null,           -- of its bytes, kept in messages/
    decide_le text not null
) strict;

create table if not exists envois (
    message_id text not null references messages,
    rang integer not null,
    quand text not null,
    etat text not null check (etat in ('debut', 'parti', 'echec', 'refuse', 'inconnu', 'repris', 'clos')),
    detail text not null,
    primary key (message_id, rang)
) strict;

create trigger if not exists messages_intacts before update on messages
begin select raise(abort, 'the journal of messages is only added to'); end;
create trigger if not exists messages_gardes before delete on messages
begin select raise(abort, 'the journal of messages is only added to'); end;
create trigger if not exists envois_intacts before update on envois
begin select raise(abort, 'the journal of messages is only added to'); end;
create trigger if not exists envois_gardes before delete on envois
begin select raise(abort, 'the journal of messages is only added to'); end;
