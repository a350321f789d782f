// Sorted by meaning, then by phrase, all languages together: they share many words ("gerente", "director",
// "presidente").
#include "tables.h"

#include <algorithm>
#include <array>

namespace title_seniority {
namespace {

constexpr PhraseList kPhraseLists[] = {
    {Meaning::kOwner, "",
     "accionista, acionista, actionnaire, associe, associe fondateur, associe gerant, associee, associee "
     "gerante, auto entrepreneur, autonoma, autonomo, business owner, chef d entreprise, cheffe d entreprise, "
     "co fondateur, co fondatore, co fondatrice, co founder, co fundador, co fundadora, co owner, cofondateur, "
     "cofondatore, cofondatrice, cofondatrici, cofounder, cofundador, cofundadora, copropietaria, "
     "copropietario, dona, dono, duena, dueno, eigentuemer, eigentumer, eigentumerin, einzelunternehmer, "
     "empreendedor, empreendedora, empresaria, empresario, entrepreneur, entrepreneuse, equity partner, "
     "fondateur, fondatore, fondatrice, fondatrici, founder, founding partner, fundador, fundadora, general "
     "partner, geschaeftsfuehrender gesellschafter, geschaftsfuhrende gesellschafterin, geschaftsfuhrender "
     "gesellschafter, gesellschafter, gesellschafterin, gruender, gruenderin, grunder, grunderin, "
     "imprenditore, imprenditrice, inhaber, inhaberin, libero professionista, managing partner, micro "
     "entrepreneur, microempreendedor, mitgruender, mitgrunder, mitgrunderin, mitinhaber, mitinhaberin, owner, "
     "propietaria, propietario, proprietaire, proprietari, proprietaria, proprietario, proprietor, "
     "selbstandig, selbststaendig, selbststandig, self employed, senior partner, shareholder, socia, socia "
     "administradora, socia diretora, socia gerente, socia proprietaria, socio, socio administrador, socio "
     "amministratore, socio director, socio diretor, socio fondatore, socio fundador, socio gerente, socio "
     "proprietario, socio unico, titolari, titular da empresa, unternehmer, unternehmerin"},
    {Meaning::kOwner, "fr", "patron, patronne"},
    {Meaning::kOwner, "it", "titolare"},
    {Meaning::kCLevel, "",
     "administrador delegado, administrador unico, administradora delegada, administradora unica, administrateur "
     "delegue, amministratore, amministratore delegato, amministratore unico, amministratrice, amministratrice "
     "delegata, amministratrice unica, apoderado general, aufsichtsrat, board chair, board member, board of "
     "directors, board of management, c level, cao, cco, cdo, ceo, cfo, chair, chairman, chairperson, chairwoman, "
     "chief executive, chro, cio, ciso, clo, cmo, cogerant, cogerante, consejera, consejera delegada, consejero, "
     "consejero delegado, conselheira, conselheiro, consigliera delegata, consigliere, consigliere delegato, coo, "
     "cpo, cro, cso, cto, dga, directeur general, directeur general delegue, director ejecutivo, director general, "
     "director gerente, directora ejecutiva, directora general, directora gerente, directrice generale, diretor "
     "executivo, diretor geral, diretor presidente, diretora executiva, diretora geral, diretora presidente, "
     "direttore esecutivo, direttore generale, direttrice generale, executive board, finanzvorstand, "
     "generaldirektor, generaldirektorin, gerant, gerante, gerente general, geschaeftsfuehrender, "
     "geschaeftsfuehrer, geschaeftsfuehrerin, geschaeftsfuehrers, geschaeftsfuehrung, geschaeftsleiter, "
     "geschaeftsleitung, geschaftsfuhrende, geschaftsfuhrender, geschaftsfuhrer, geschaftsfuhrerin, "
     "geschaftsfuhrers, geschaftsfuhrung, geschaftsleiter, geschaftsleiterin, geschaftsleitung, kaufmannischer "
     "geschaftsfuhrer, managing director, managing directors, member of the board, membre du directoire, membro "
     "del consiglio, membro do conselho, miembro del consejo, mitglied der geschaeftsleitung, mitglied der "
     "geschaftsleitung, mitglied des vorstands, pdg, praesident, prasident, prasidentin, president, president "
     "directeur general, president du directoire, presidenta, presidente, presidente del consiglio, presidente "
     "directrice generale, presidente executiva, presidente executivo, presidentessa, presidents, superintendente "
     "geral, vice chair, vice chairman, vorsitzende, vorsitzender, vorstand, vorstande, vorstandin, vorstands, "
     "vorstandsmitglied, vorstandsvorsitzende, vorstandsvorsitzender"},
    {Meaning::kCLevel, "de", "chef, chefin, gf"},
    {Meaning::kCLevel, "fr es it", "dg"},
    {Meaning::kCLevel, "it", "ad"},
    {Meaning::kVp, "",
     "associate vice president, evp, executive vice president, gvp, rvp, senior vice president, svp, vice "
     "president, vice presidenta, vice presidente, vice presidente executiva, vice presidente executive, vice "
     "presidente executivo, vicepresidenta, vicepresidente, vicepresidentessa, vizepraesident, vizeprasident, "
     "vizeprasidentin, vp"},
    {Meaning::kDirector, "",
     "assistant vice president, associate director, avp, bereichsleiter, bereichsleiterin, bereichsleitung, "
     "bereichsvorstand, chief of staff, codirector, codirectora, condirettore, daf, dir, directeur, directeur "
     "executif, directeurs, director, directora, directoras, directores, directors, directrice, directrice "
     "executive, directrices, direktor, direktorin, direktors, diretor, diretora, diretores, direttore, direttori, "
     "direttrice, dirigente, dirigenti, drh, dsi, executive director, general manager, gerente geral, gm, "
     "governor, hauptabteilungsleiter, hauptabteilungsleiterin, membre du codir, membre du comite de direction, "
     "non executive director, prokura, prokurist, prokuristin, regional director, ressortleiter, ressortleiterin, "
     "secretaire general, secretaire generale, subdirector general, subdirectora general, superintendente"},
    {Meaning::kHead, "",
     "abteilungsleiter, abteilungsleiterin, betriebsleiter, capo dipartimento, capo divisione, chef de "
     "departement, chef de service, chefe de departamento, cheffe de departement, cheffe de service, chief, "
     "dean, department head, director de area, directora de area, diretor de departamento, direttore di "
     "reparto, gerente executiva, gerente executivo, head, head of, jefa de area, jefa de departamento, jefe "
     "de area, jefe de departamento, leitende, leitender, leiter, leiterin, leiters, leitung, werksleiter"},
    {Meaning::kManager, "",
     "assistant director, assistant general manager, assistant manager, bauleiter, bauleiterin, capataz, capo, "
     "capo area, capo progetto, capo reparto, capo squadra, capo ufficio, capoarea, capoprogetto, caporeparto, "
     "caposquadra, capoufficio, chef d atelier, chef d equipe, chef de, chef de groupe, chef de produit, chef de "
     "projet, chef de rayon, chef de secteur, chef des achats, chef des ventes, chefe, cheffe d equipe, cheffe de "
     "produit, cheffe de projet, cheffe des ventes, contremaitre, coordenador, coordenadora, coordinador, "
     "coordinadora, coordinateur, coordinatore, coordinatrice, directeur de projet, director de cuentas, director "
     "de proyecto, director de tienda, directora de cuentas, directora de proyecto, directora de tienda, "
     "directrice de projet, diretor de projeto, direttore di negozio, direttore lavori, direttrice di negozio, "
     "encargada, encargado, encarregada, encarregado, filialleiter, filialleiterin, filialleitung, foreman, gerant "
     "de magasin, gerante de magasin, gerenta, gerente, gerentes, gestionnaire de projet, gestor, gestora, "
     "gestore, group leader, gruppenleiter, gruppenleiterin, gruppenleitung, jefa, jefe, lider, lider de equipe, "
     "lider de equipo, manager, managerin, managers, manageuse, marktleiter, marktleiterin, meister, meisterin, "
     "mgr, mngr, projektleiter, projektleiterin, projektleitung, quadro, responsabile, responsabili, responsable, "
     "responsables, responsavel, sachgebietsleiter, schichtleiter, schichtleiterin, shift leader, sous directeur, "
     "sous directrice, sub gerente, subdirector, subdirectora, subdiretor, subdiretora, subgerente, subjefa, "
     "subjefe, superintendent, superviseur, superviseure, supervisor, supervisora, supervisore, team lead, team "
     "leader, teamleiter, teamleiterin, teamleitung, verantwortliche, verantwortlicher, vice director, vice "
     "diretor, vice diretora, vice direttore, vice direttrice, vicedirettore, vicedirettrice, vorarbeiter"},
    {Meaning::kManager, "fr", "cadre, chef, cheffe"},
    {Meaning::kSenior, "",
     "analista sr, confirme, confirmee, enterprise architect, especialista senior, especialista sr, esperta, "
     "esperto, expert, experta, experte, experte comptable, expertin, experto, fellow, lead, leitender "
     "ingenieur, principal, senior, snr, software architect, solution architect, solutions architect, sr, "
     "staff designer, staff engineer, staff scientist, staff software engineer"},
    {Meaning::kStaff, "",
     "abogada, abogado, account executive, accountant, acheteur, acheteuse, acquirente, addetta, addetto, "
     "administrador de redes, administrador de sistemas, administrateur systeme, administrativa, "
     "administrativo, administrator, adviser, advisor, advogada, advogado, agent, agente, agente di commercio, "
     "agente immobiliare, amministratore di condominio, amministratore di rete, amministratore di sistema, "
     "analista, analista pleno, analyst, analyste, analystin, angestellte, angestellter, architect, asesor, "
     "asesora, assessor, assessora, assistant professor, associate, associate professor, attache commercial, "
     "attachee commerciale, attorney, auditor, aussendienst, avocat, avocate, avvocata, avvocato, bdr, "
     "berater, beraterin, betreuer, betreuerin, bookkeeper, buchhalter, buchhalterin, business development "
     "executive, business partner, buyer, charge, charge de, chargee, chargee de, chef cuisinier, chef de "
     "partie, chef de rang, clerk, colaborador, colaboradora, collaborateur, collaboratori, collaboratrice, "
     "comercial, commerciale, comprador, compradora, comptable, conseiller, conseillere, consulente, "
     "consultant, consultante, consultor, consultor comercial, consultora, contabile, contabilista, contable, "
     "contador, contadora, controller, coordinator, corretor, corretora, crew member, data owner, "
     "desarrollador, desarrolladora, desenvolvedor, desenvolvedora, designer, developer, developpeur, "
     "developpeuse, dipendente, disenador, disenadora, disponent, disponentin, driver, editor, einkaeufer, "
     "einkaufer, einkauferin, ejecutiva, ejecutiva de cuentas, ejecutiva de ventas, ejecutivo, ejecutivo de "
     "cuentas, ejecutivo de ventas, empleada, empleado, employe, employee, engenheira, engenheiro, engineer, "
     "entwickler, entwicklerin, especialista, executiva, executiva de contas, executiva de vendas, executive, "
     "executive chef, executivo, executivo comercial, executivo de contas, executivo de vendas, fachkraft, "
     "formateur, formatrice, founder associate, founder s associate, founders associate, funcionaria, "
     "funcionario, generalist, gestionnaire, handelsvertreter, head chef, hr business partner, impiegata, "
     "impiegato, informatiker, informatikerin, ingegnere, ingeniera, ingeniero, ingenieur, ingenieure, "
     "ingenieurin, innendienst, juriste, kauffrau, kaufmann, kundenberater, lawyer, lead generation "
     "specialist, marketing executive, member of staff, mitarbeiter, mitarbeiterin, nurse, officer, operaia, "
     "operaio, operaria, operario, operator, pastry chef, people partner, planner, process owner, product "
     "owner, profesor, profesora, professor, progettista, programador, programadora, programmer, purchaser, "
     "ragioniera, ragioniere, rappresentante, receptionist, recruiter, redacteur, redactrice, referent, "
     "referentin, rep, representante, representative, researcher, risk owner, sachbearbeiter, "
     "sachbearbeiterin, sales executive, salesman, salesperson, saleswoman, scientist, sdr, service owner, "
     "sous chef, specialist, specialista di prodotto, specialiste, spezialist, spezialistin, staff, staff "
     "member, sviluppatore, sviluppatrice, teacher, team member, technician, technicien, technicienne, "
     "technico commercial, technico commerciale, techniker, technikerin, tecnica, tecnico, tecnico "
     "commerciale, tecnologo, vendedor, vendedora, vendeur, vendeuse, venditore, venditrice, verkaeufer, "
     "verkaufer, verkauferin, worker, writer"},
    {Meaning::kJunior, "", "apprentice buyer, entry level, graduate, jnr, jr, junior, management trainee, trainee"},
    {Meaning::kIntern, "",
     "alternant, alternante, apprendista, apprenti, apprentice, apprentie, aprendiz, auszubildende, "
     "auszubildender, azubi, becaria, becario, en alternance, en practicas, estagiaria, estagiario, estagio, "
     "estudante, estudiante, etudiant, etudiante, intern, interns, internship, jovem aprendiz, lehrling, menor "
     "aprendiz, pasante, practicante, praktikant, praktikantin, praktikum, praticante, stage, stagiaire, "
     "stagista, student, student assistant, studente, studentessa, summer intern, tirocinante, tirocinio, "
     "volontaer, volontar, volontarin, werkstudent, werkstudentin, working student"},
    {Meaning::kNothing, "",
     "direccion comercial, direccion general, direction generale, director s office, executive search, general "
     "management, gerencia general, head hunter, head hunting, head office, lead gen, lead generation, lead "
     "management, president s office, senior care, senior living"},
    // Of somebody inside the company.
    {Meaning::kNothing, "nl", "intern"},
    {Meaning::kHelper, "",
     "adjunta a, adjunto a, adjutant, administrative assistant, adviser to, advisor to, aide, aide comptable, "
     "aiutante, ajudante, asistenta, asistente, asistente ejecutiva, asistente ejecutivo, assistant administratif, "
     "assistant commercial, assistant de direction, assistant to, assistante, assistante administrative, "
     "assistante commerciale, assistante de direction, assistent, assistente, assistente administrativa, "
     "assistente administrativo, assistente alla direzione, assistente di direzione, assistente executiva, "
     "assistente executivo, assistentin, assistenz, attache de direction, attachee de direction, auxiliar, "
     "auxiliar administrativa, auxiliar administrativo, auxiliares, ayudante, ea, executive assistant, executive "
     "secretary, management assistant, marketing assistant, office assistant, pa, personal assistant, sales "
     "assistant, secretaire, secretaria, secretario, secretary, segretaria, segretaria di direzione, segretario, "
     "segreteria, sekretaer, sekretaerin, sekretar, sekretariat, sekretarin, stabsstelle, team assistant, virtual "
     "assistant, vorstandsassistent, vorstandsassistentin, vorstandsassistenz, vorzimmer"},
    {Meaning::kGrade, "", "assistant, asst"},
    {Meaning::kDeputy, "",
     "adjoint, adjointe, adjunta, adjunto, deputy, stellv, stellvertretende, stellvertretender, stellvertreter, "
     "stellvertreterin, stv"},
    {Meaning::kFormer, "",
     "ancien, ancienne, antiga, antigo, aposentada, aposentado, ehem, ehemalig, ehemalige, ehemaliger, ex, "
     "former, formerly, jubilada, jubilado, past, pensionata, pensionato, previously, rentner, rentnerin, "
     "retired, retraite, retraitee"},
};

// German compounds, and the few of other languages. A word that is a phrase of its own never comes here.
constexpr Suffix kSuffixes[] = {
    {"geschaftsfuhrerin", Meaning::kCLevel},
    {"geschaftsfuhrer", Meaning::kCLevel},
    {"bereichsleiterin", Meaning::kDirector},
    {"bereichsleiter", Meaning::kDirector},
    {"teamleiterin", Meaning::kManager},
    {"teamleiter", Meaning::kManager},
    {"gruppenleiterin", Meaning::kManager},
    {"gruppenleiter", Meaning::kManager},
    {"projektleiterin", Meaning::kManager},
    {"projektleiter", Meaning::kManager},
    {"filialleiter", Meaning::kManager},
    {"leiterin", Meaning::kHead},
    {"leiter", Meaning::kHead},
    {"leitung", Meaning::kHead},
    {"direktorin", Meaning::kDirector},
    {"direktor", Meaning::kDirector},
    {"managerin", Meaning::kManager},
    {"manager", Meaning::kManager},
    {"vorstand", Meaning::kCLevel},
    {"chefin", Meaning::kHead},
    {"chef", Meaning::kHead},
    {"inhaberin", Meaning::kOwner},
    {"inhaber", Meaning::kOwner},
    {"assistentin", Meaning::kHelper},
    {"assistent", Meaning::kHelper},
    {"assistenz", Meaning::kHelper},
    {"sekretarin", Meaning::kHelper},
    {"sekretar", Meaning::kHelper},
    {"sekretariat", Meaning::kHelper},
    {"praktikantin", Meaning::kIntern},
    {"praktikant", Meaning::kIntern},
    {"werkstudent", Meaning::kIntern},
    {"sachbearbeiterin", Meaning::kStaff},
    {"sachbearbeiter", Meaning::kStaff},
    {"mitarbeiterin", Meaning::kStaff},
    {"mitarbeiter", Meaning::kStaff},
    {"referentin", Meaning::kStaff},
    {"referent", Meaning::kStaff},
    {"beraterin", Meaning::kStaff},
    {"berater", Meaning::kStaff},
    {"ingenieurin", Meaning::kStaff},
    {"ingenieur", Meaning::kStaff},
    {"entwicklerin", Meaning::kStaff},
    {"entwickler", Meaning::kStaff},
    {"kaufmann", Meaning::kStaff},
    {"kauffrau", Meaning::kStaff},
    {"einkaufer", Meaning::kStaff},
    {"einkauferin", Meaning::kStaff},
    {"verkaufer", Meaning::kStaff},
    {"verkauferin", Meaning::kStaff},
    {"techniker", Meaning::kStaff},
    {"technikerin", Meaning::kStaff},
    {"betreuer", Meaning::kStaff},
    {"betreuerin", Meaning::kStaff},
};

constexpr std::string_view kRelations[] = {
    "to",  "of",  "for",  "under", "de",   "del",  "do",    "da",        "dos",       "das", "des",
    "du",  "d",   "di",   "della", "dei",  "dell", "dello", "degli",     "delle",     "der", "dem",
    "den", "zum", "zur",  "fur",   "fuer", "bei",  "al",    "alla",      "all",       "au",  "aux",
    "ao",  "a",   "para", "pour",  "per",  "von",  "im",    "reporting", "supporting"};
constexpr std::string_view kArticles[] = {"the", "a",   "an",  "our", "la", "le", "l",  "el", "los", "las", "les",
                                          "der", "die", "das", "den", "o",  "os", "il", "lo", "i",   "gli", "to"};

bool Contains(std::span<const std::string_view> words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

std::span<const PhraseList> PhraseLists() { return kPhraseLists; }
std::span<const Suffix> Suffixes() { return kSuffixes; }
bool IsRelation(std::string_view word) { return Contains(kRelations, word); }
bool IsArticle(std::string_view word) { return Contains(kArticles, word); }

}  // namespace title_seniority
