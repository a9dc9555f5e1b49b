/** English words of two letters and more that are one token, behind a space, in Llama 2's, Llama 3's and Mistral's vocabularies. */
export const COMMON_WORDS = `
  am an as at be by do go he if in is it ll me my no of oh on or re so to up us ve we add ago air all and any are
  arm ask bed big bit box boy but can car cut day did dog don dry eat end eye far few fly for get god got had has
  her him his hot how isn its key lay leg let lot low man map may men new not now off old our out own put ran red
  run sat saw say sea see set she sir six sky sun ten the too top try two use war was way who why won yes yet able
  also area arms away back ball base been best blue boat body book both call came city code cold come dark data
  days dead deep didn does done door down each ears edge even ever eyes face fact fall farm fast feel feet felt
  file find fine fire fish five food foot form four from full game gave gets girl give goes gold good gray grey
  grow hair half hall hand hard have head hear heat held help here high hold home idea into just keep kept kind
  king knew know lady land last late left legs less life like line lips list live long look lord lost love made
  make many mark mean mind miss moon more most move much must name near neck need next nose note null okay once
  only open over page pair part plan play rain read real rest road rock room rule said same says seem seen sees
  ship show shut side sing size skin snow soft some song soon sort soul star stay step stop such sure take talk
  tell test text than that them then they this time told tone took town tree true turn type unit upon user verb
  very wait walk wall want warm wasn ways week well went were what when will wind with wood word work yeah year
  your about above added after again align allow along among apply array asked async avoid await based basic began
  begin being below black blank block blood bound break bring brown build built bytes cache calls cargo carry
  cases catch cause chair check child class clean clear click clone close codes color comes const could count
  crash cried death debug doesn doing early earth email empty enter entry equal error event every exist extra
  fails false feels fetch field files final finds first fixed flags float floor focus force found front given
  gives glass going great green group guess hands heard heart heavy holds horse hours house https image index
  inner input issue items keeps kinds known knows label large later laugh learn least leave level light limit
  lines links lists local logic looks loops macro magic makes marks match maybe means media might model modes
  money mouse mouth moved moves multi music named names needs never night north notes ocean often older opens
  order other outer pages paper parse parts paste patch paths piece place plane point power press print proto
  query quite quote range refer reply reset right river round rules saved scale scope seems setup shape share
  shell shift shook short shown shows signs since sleep slice small smart smile sorry sound south space spawn
  spell split stack stand stars start state still stone stood store story study stuff style super sword table
  takes tells tests thank their theme there these thing think third those three throw timer times title today
  token tools trait trees tried truly tuple turns twice typed types under until usage users using valid value
  voice walls wants watch water waves where which while white whole width woman women words works world would
  write wrong years young accept access across action active actual adding adjust allows almost always amount
  anchor animal answer anyone anyway appear append around asking assert assign author backup became become before
  behind better binary blocks borrow bottom branch breath bright buffer button called cannot castle caused causes
  center change checks choose circle client closed colors column coming common config copied corner couldn course
  create cursor custom define delete derive detect device dialog double during easier edited editor effect either
  enable engine enough ensure errors escape events except exists expand expect export extend failed family faster
  father fields figure filled filter finger finish follow forest format future global ground groups handle happen
  having header height hidden ignore import inches indent insert inside island itself lambda larger latest legacy
  length letter likely listed listen little loaded locale longer looked making manual mapped marked matter memory
  method middle mobile models modify module moment mostly mother motion moving myself needed nested normal notice
  number object offset opened option others output parent parser passed people person placed places please plugin
  points prefer prefix prints prompt public pulled python quotes rather really reason reduce region remote remove
  repeat report result return review saying scheme school screen script scroll search second secret seemed select
  sender server shadow shared should signal silent silver simple simply single slowly smiled sooner source spaces
  square stable stands starts static status stored stream street string strong struct switch syntax system taking
  target tested thanks things though thread toggle tokens tongue toward travel trying turned typing unless unsafe
  update useful values vector visual wanted window within worker wouldn actions address against allowed already
  another appears applies awesome because becomes between boolean brought browser buttons calling causing certain
  changed changes channel chapter checked classes clearly closing closure columns command comment compare compile
  console contain content context control convert correct counter country covered created creates current decided
  default defined defines deleted depends details disable discuss display dropped dynamic earlier editing edition
  element enabled entries exactly example execute explain explore exports failure feature feeling finally fingers
  follows forward friends further general generic getting greater handled handler handles happens herself himself
  history holding hosting however hundred ignored illegal improve include initial install instead integer invalid
  invoked keyword kitchen largest leading letters library license listing literal loading longest looking machine
  mapping matched matches maximum meaning measure message methods minutes missing modules morning nothing numbers
  objects opening options outside package partial passing pattern pending perform perhaps picture plugins pointer
  present prevent preview private problem process produce profile program project provide quickly quietly reached
  reading regular related release removed replace replied request require resolve restore results returns reverse
  running runtime scripts section sending session setting several silence similar sitting smaller someone special
  specify started startup stepped strings summary support surface systems testing thought threads through timeout
  trigger turning unknown updated usually variant various version visible waiting walking warning whether windows
  without workers working wrapped wrapper writing written absolute actually advanced although anything appeared
  argument behavior building callback changing checking children commands comments compiled compiler complete
  consider contains contents continue controls coverage creating declared defaults defining detected directly
  disabled document duration elements encoding entering equation evaluate everyone examples executed existing
  expanded expected external features filename filtered finished followed function generate handling happened
  included includes indicate inserted instance internal iterator keyboard keywords language lifetime listener
  location manually matching material messages modified mountain multiple navigate negative normally operator
  optional ordering original override packages patterns position possible pressing prevents previous printing
  priority probably problems products programs projects properly property protocol provided provides question
  received receiver register relative relevant remember removing replaced reported requests required requires
  response restored returned security selected sentence separate sequence settings shoulder solution speaking
  specific standard standing starting supports template terminal thinking together trailing updating username
  variable versions vertical warnings watching yourself according alternate arguments attribute automatic
  available backwards carefully certainly character condition configure confusing contained container converted
  correctly currently depending detection different directory discussed displayed exception execution expansion
  extension following functions generated highlight implement important including indicates installed instances
  interface languages mentioned namespace operation operators otherwise ownership parameter recognize rectangle
  reference registers resulting returning searching selection separated shoulders signature situation something
  sometimes specified statement structure supported therefore thousands triggered undefined variables additional
  assignment associated attributes background characters collection compatible completion connection considered
  containing conversion definition dictionary difference equivalent especially everything explicitly expression
  government identifier implements impossible initialize navigation operations parameters particular previously
  properties recognized references repository restaurant situations statements substitute translated understand
  application appropriate complicated declaration definitions description development differences differently
  distributed environment expressions immediately implemented information integration performance placeholder
  programming dependencies implementing automatically compatibility configuration documentation functionality
  implementation
`;

/** Chinese characters that are one token in all three; any other can be three. */
export const COMMON_IDEOGRAPHS =
  '的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于下自之年过发后作里用道行所然家种事成' +
  '方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心本前开因只从想实日军者意无力与长机十民第公此已工使情明' +
  '性知全三关点正业外将两高间由问最重并物手应向头文体政美相被利二等或新制身果加西斯月话合回特代内信表化老给世位次度门任' +
  '常先海通教原东提立及比员解水名真处义入口认条平系题活尔更打女变四神何电数安少才结反目太量再建务接必场件计管期市直德命' +
  '山金指克统区保形社空治展马科司五基书非则白界达光放像思王象完设式色路记南品告类求据程北边死张该交万取拉格望共确传清今' +
  '切院候导运気食語見話言車時間男族校電友達夜朝愛楽春夏秋花風雪町村駅店書始持';

/** Behind each letter of the alphabet, the letters that often follow it in English. */
export const LIKELY_NEXT_LETTERS =
  'a:bcdfgiklmnprstuvwy b:aeilorsuy c:acehiklmorstu d:adeilorsu e:abcdefgilmnpqrstvwxy f:aefilortu g:aehilnorsu h:aeiort i:abcdefglmnoprstvxz j: k:aeis l:adeilostuy m:abdeimopsu n:acdefgiklnostuv o:abcdefgiklmnoprstuvw p:aehiloprstuy q:u r:acdegiklmnorstuy s:acehikloprstuy t:acdehiloprstuy u:abcefgilmnprst v:aei w:aehinors x:ept y:nps z:e';
