// Given names of Europe and America with their short forms and the ways in which they are written.
#include "absl/strings/str_split.h"
#include "domain/names/given_names.h"

namespace leadline::domain {
namespace {

// Forms of one name, the full one first, up to the semicolon.
constexpr char kText[] = R"(
aaron ron ronnie; abigail abby gail; abraham abe abram avraham; adam; adelaide addie heidi adelheid; adrian; agatha
aggie agathe; agnes aggie inez ines agnieszka; alan allan allen al; albert al bert albrecht alberto; alberta;
alexander alex alec sandy sascha sasha xander aleksandr aleksander alexandr alexandre alessandro alejandro oleksandr
sandro iskander; alexandra alex lexi sandra sandy aleksandra alessandra alejandra oleksandra sascha sasha; alexia
alexa; alfred al alf fred freddie alfredo; alice ali alicia alisa; alison ali allison; alois aloys; amanda mandy;
amelia amalia amelie millie; anastasia stacy nastya anastasiya anastasiia; andre; andrea; andreas andrew andy drew
andrei andrey andrej andriy andrii andrzej anders; andres; angela angie angelika angelica angelina; anita; anja anya;
ann anne anna annie nan hanna ana anni; annette antoinette; annika anika; anthony tony anton antonio antoine antony
toni; antonella; antonia toni antonina; archibald archie; arnold arnie arno arnaud arnaldo; arthur art artie arturo
artur; astrid; audrey; augustus gus august augustin augusto; barbara babs barb barbie varvara; barnabas barney;
bartholomew bart bartholomaus bartolomeo; beatrice bea beatrix trixie beatriz; benedikt benedict ben benoit benedetto;
benjamin ben benny benji; bernard bernie bernhard bernd bernardo; bertha; bertram bert; bettina; birgit brigitte
bridget brigitta birgitta biddy gitta bridie brigida; bjorn; boris; bradley brad; brian bryan ryan; bruno; calvin cal;
camilla camille milla; carina karina; carl karl charles charlie chuck carlo chas chaz karel; carla karla; carlos;
caroline carol carolina carrie karolina karoline carolyn lina; catherine cathy kate katie kathy katherine kathleen
kathryn kay kit kitty katharina catarina caterina ekaterina katerina kateryna katja katya kathrin katrin catalina
katarina katrina catrin catharina trina; cecilia cecily celia cecile cissy cacilie; charlotte lottie charlie carlotta
lotte; christa; christian chris kristian cristian christen; christiane; christina christine tina chris chrissy kristin
kristina kristine cristina kirstin; christopher chris kit topher christoph christophe cristobal kristof krzysztof
cristoforo; clara claire klara clare chiara; claude; claudia; claudine claudette; claudio claudius; clemens clement
klemens; clifford cliff; clinton clint; colette; conrad konrad kurt; constance connie constanze konstanze; cordula
cordelia; cornelius cornelis neil kees; curtis curt; cynthia cindy; cyril kirill kyrylo; dana; daniel dan danny danilo
danylo; daniela daniella dani; daniele; danielle dani; darina; darius dario; david dave davy davide davyd dawid;
deborah debbie deb debra debby; denise; dennis denis denys denny; derek derrick; detlef detlev; diana diane di dianne;
dieter dietrich; dimitri dmitri dmitry dmitrij dmitriy dmytro dima dimitrios dimitris mitya; dirk; dolores lola;
dominica; dominik dominic dom domenico domingo; dominique; donald don donnie; doreen; doris; dorothy dot dolly dottie
dorothea dora dorothee; douglas doug; edgar ed; edith edie; edmund ed ned eddie edmond; edward ed eddie ted teddy ned
eduard edouard eduardo edoardo; edwin ed eddie; elaine; eleanor nell ellie nora lenore eleonore eleonora elinor
leonora; elias elijah eli ilya illia ilja; elizabeth liz beth betty lizzie eliza bess lisa libby elisabeth elsa elsie
betsy liesl elisa lisbeth yelizaveta elizaveta liza; elke; ella; ellen; elvira; emanuel manuel manny immanuel emmanuel
manolo; emil emile emilio; emily emmy emilia emilie em; emma em emmy; enrico; eric erik erich erick rick; erica erika
rika; erna ernestine; ernest ernie ernst ernesto; esther hester; eugene gene evgeny evgenij evgeni evgenii yevgeny
yevhen eugen jewgenij eugenio zhenya; eugenia evgenia evgeniya yevhenia; eva eve evi ewa; evelyn eve evelin eveline;
fabian fabio; fabienne fabiana; felicia felicity; felix; ferdinand fernando ferdi fernand; fiona; flora florence flo;
florian flo; frances fran fannie francesca franziska francisca francoise franzi; francis frank franz frankie fran
francois francesco francisco frantisek paco pancho frans franco; franklin frank; frederica frieda friederike;
frederick fred freddie freddy rick friedrich fritz frederic frederik fryderyk federico; frieda frida; gabriel gabe;
gabriele gabriela gabrielle gabi gaby gabriella; gary garry; geoffrey geoff jeff jeffrey gottfried; george georg jorg
jurgen jorge giorgio georges georgios giorgos yuri yury jurij juri yurii iurii jerzy jiri; georgina georgia georgette;
gerald gerry jerry gerold; geraldine gerry; gerard gerhard gerd gert gerardo gerry; gerda; gertrude trudy gertrud
gertie gert trudi; giacomo; gilbert gil; giovanni gianni; gisela giselle; grace gracie gratia; gregory greg gregor
grigori grigory hryhoriy gregorio; gunther gunter guenter guenther; gustav gus gustave gustavo; hannah hanna; harald
harold harry hal; hedwig hedy; heike; heinrich heinz henry hank harry henri hendrik enrique henrik hal heiner enrico
henryk; helen helena helene elena olena jelena yelena alyona lena nell nelly; helmut hellmut helmuth; henrietta hattie
etta henriette harriet; herbert herb bert heriberto; hermann herman armin; hermine hermione; hilda hilde hildegard
hildegarde; horst; howard howie; hubert hugh hubertus; hugo hugh; ian iain; ida; ignaz ignatius ignacio nacho; igor
ihor; ilona; ingeborg inga inge inka; ingrid inga inge; irene irina iryna irena rena; irmgard irma irmtraud; isaac ike
itzhak yitzhak; isabel isabella isabelle isabell; isidor isidore; ivan vanya iwan; ivana; ivonne yvonne; jacob jake
jakob jack jakub yakov; jacqueline jackie jacqui; jacques; james jim jimmy jamie jem; jan; jana; jane janie jenny;
janet janette; janina janine; jasmin jasmine yasmin; jason jay; jean jeannie; jeanne; jennifer jen jenny jenn; jens;
jeremy jerry jeremiah jem; jerome jerry hieronymus; jessica jess jessie; jill gill gillian; joachim jochen achim
joaquin; joan joana juana; johanna joanna johanne hanna; johannes john johnny jack jon hans johan johann hannes
juhani; jonas jonah; jonathan jon jonny nathan; jordan; jordana; joseph joe joey josef jose giuseppe pepe sepp yosef
yusuf jupp iosif osip; josephine jo josie josefine josefina josefa pina; joshua josh; joy joyce; juan; judith judy
judi; julia julie yulia yuliya iuliia juliya giulia jules; julian; juliana juliane liana; juliet juliette; julius
jules julio giulio; justin; justine justina; kai kay; karin karen carin; karola carola; karsten carsten; kaspar caspar jasper
casper; kenneth ken kenny; kevin kev; kirsten kerstin; klaus claus; lars; laura laurie lora; laurel laurentia;
laurence lawrence larry laurie lorenz laurent lorenzo lars; leo; leon; leona leonie; leonard leo len lenny leonhard
leonardo leonid; leopold leo poldi; leroy roy; leslie les; lewis louis ludwig lou lew; lillian lily lil lilian lili;
linda lynda lyn belinda; loretta; lothar; lou louise louis; louise luise luisa louisa; lucas luke lukas luca luc
lukasz; lucy lucia lucille lucie luzia; ludovica; luigi; luis; lutz; lydia lidia; magdalena magda lena madeleine
madeline maddie madlen; magnus; maja maya; malcolm mal; manfred; manuela emanuela manuella emmanuelle; marcel marcello
marcelo; marcella marcelle; margaret maggie meg peggy madge marge margie margarita margarete margarethe grete greta
rita margot marguerite gretchen daisy margit margret; maria mary marie molly polly maryam mariya mariia mitzi mari
masha; marianne marian mariana; marina; mario; marion; marius; mark marc marcus markus marco marek marko marcos;
marlene marleen; martha marta marty mattie; martin marty martinus marten martijn morten; martina martine; matilda
tilly mathilde mattie tilda mathilda; matthias matthew matt mathias matti mateo mats matteo mathieu matthieu maciej;
maurice moritz morris mauritz mauricio; maximilian max maxi massimo maxim maxime maksim maksym maximiliano; maxine
maxima; may mae; melanie mel; melissa mel missy lissa; melvin mel; mia; michael mike mick mickey mikey micky mikhail
michail mykhailo mikhael michel miguel michal mikael mikko misha mischa; michaela michelle michele mikaela micaela
shelly; milan; mildred millie; milena; miriam mimi; mitchell mitch; mohammed mohamed muhammad mohammad mohamad
muhammed mehmet mo; monika monica mona moni; moses moshe moises; nadia nadja nadezhda nadya; nadine; nancy nan;
natalia natalie nathalie nataliya natalja natasha talia nataliia; nathaniel nathan nat nate nathanael; neil neal
niall; nicholas nick nicky nicolas nikolaus nikolas klaus nico niklas nikolai nikolay mykola nicolai nils niels nicolo
kolya claus; nicole nicola nicky nikki nicoletta nicolette; nigel; nina; norbert; norman norm; olaf olav ole; oleg
oleh; olga olha; oliver ollie olivier oli; olivia liv ollie; oscar oskar; oswald ossie ozzie; pamela pam; pascal;
patrice; patricia pat patty tricia patti trish patrizia; patrick pat paddy patricio patrik; paul paulus pavel pablo
paolo pavlo pawel pavol paulo; paula paola; pauline paulina polina; percival percy; peter pete petr pyotr petro pedro
pierre pietro piotr piet pieter per pekka petros; petra pia; philip phil phillip philipp filip philippe felipe
filippo; philippa pippa; priscilla cilla; rachel rae rahel raquel; rafael raphael raffaele raf; rainer reiner; ralph
ralf; randolph randy randall; raymond ray raimund raimundo ramon; rebecca becky becca rebekka bec; regina gina;
reginald reg reggie; reinhard reinhardt; renate renata; rene; renee; rhonda; richard rick ricky rich dick richie
ricardo riccardo; robert rob bob bobby robbie bert roberto robby; roberta bobbie; robin; roderick rod rick rodrigo;
rodney rod; roger rod ruediger rudiger rogelio ruggero; roland rolando orlando rolly; rolf; roman; romana ramona;
ronald ron ronnie; rosa rose rosie rosalie; rosemary rosie romy rosemarie; rudolf rudy rudi rudolph rolf rodolfo;
rupert ruprecht; russell russ; ruth; sabina sabine; sabrina; sally sal; salvador salvatore; samantha sam sammie;
samuel sam sammy; sandrine; sarah sara sally sadie; sebastian seb sebastien bastian basti; sergei sergey sergio serge
serhii serhiy sergej sergii sergiy; sharon; sheila; sibylle sybil sibyl; sidney sid sydney; siegfried sigi; sigrid
siri; silke; silvia sylvia sylvie silvana; simon simeon si semyon szymon; simone simona simonetta; solomon sol
salomon; sonja sonia sonya; sophia sophie sofia sofie sofiya sonya; stanley stan stanislav stanislaw stanislaus;
stella estelle; stephanie steffi stephania stefania stefanie steph estefania stepania; stephen steve steven stefan
stephan stevie stefano esteban stepan etienne stephane istvan stjepan; susan sue suzy susie suzanne susanne susanna
zsuzsanna sanna susana; sven; svetlana svitlana sveta lana; tamara tammy toma; tanja tania tanya tatiana tatyana
tetiana tatjana tetyana; terence terry terrance; teresa terry theresa tess tessa therese terese tracy tereza; thaddeus
tad; thea dorothea theodora; theodore ted teddy theo theodor fyodor fedir fedor teodoro; thomas tom tommy tomas
tommaso toma; thorsten torsten; tillmann till til; timothy tim timmy timo timotheus; tobias toby tobi; ulrich uli
ulrik ueli; ulrike uli ulrika ulla; ursula uschi ursel ulla; uta ute; valentin valentino; valentina valentine; valerie
valeria val valeriya; vanessa nessa; vasily vasiliy vasyl basil vassily vasilij; vera; verena vreni; veronica ronnie
vera veronika veronique; victor vic viktor vittorio; victoria vicky viktoria viktoriya viktoriia vicki vittoria tori;
vincent vince vinnie vinzenz vincenzo vicente; virginia ginny ginger; vivian vivien viviane vivienne; vladimir
volodymyr vova wladimir wolodymyr volodimir vladimirs; volker; vyacheslav viacheslav slava; wallace wally; walter walt
wally; wanda; werner verner; wilfred wilfried fred; wilhelmina willa mina minnie billie wilma; william will bill billy
willie liam wilhelm willi willy guillaume guillermo guglielmo willem vilem; winifred winnie freda; wolfgang wolf;
xavier javier xaver; xenia ksenia oksana kseniya; yann yannick; yves ivo; zachary zach zack zac; zoe zoey)";

}  // namespace

const std::vector<GivenNameForms>& GivenNameTable() {
  static const std::vector<GivenNameForms> kTable = [] {
    std::vector<GivenNameForms> table;
    for (const std::string& name : std::vector<std::string>(absl::StrSplit(kText, ';'))) {
      table.push_back(absl::StrSplit(name, absl::ByAnyChar(" \n"), absl::SkipEmpty()));
    }
    return table;
  }();
  return kTable;
}

}  // namespace leadline::domain
